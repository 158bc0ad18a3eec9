import type { TenantTransaction } from "../../platform/db.ts";
import { refuseTooManyToKeep } from "./bounds.ts";
import { findPeaks, type PeakRow } from "./crowd-queries.ts";
import { begin, hoursOf, type Question } from "./figures.ts";
import { opensVisits } from "./rules.ts";
import type { CrowdReply } from "./schema.ts";

/** How full it was at the fullest: by hour of the day, and branch by branch. */
export async function findCrowd(tx: TenantTransaction, question: Question): Promise<CrowdReply> {
  const { filter } = question;
  await refuseTooManyToKeep(tx, "report_peaks", filter);
  const peaks = await findPeaks(tx, filter);
  const names = new Map(question.branches.map(({ id, name }) => [id, name]));
  const ofHours = new Map(peaks.hours.map((peak) => [peak.hour, peak]));
  const ofBranches = new Map(peaks.branches.map((peak) => [peak.branchId, peak]));
  return {
    ...(await begin(tx, question)),
    hours: hoursOf(question).map((hour) => {
      const fullest = ofHours.get(hour);
      const { branchId = null } = fullest ?? {};
      const branchName = names.get(branchId ?? "") ?? null;
      return { ...momentOf(question, fullest), hour, branchId, branchName };
    }),
    rows: question.branches.map(({ id, name }) => {
      const fullest = ofBranches.get(id);
      return { ...momentOf(question, fullest), branchId: id, name, hour: fullest?.hour ?? null };
    }),
  };
}

/** When it was so full, and the visits that were there at that moment, in whichever hour they began. */
function momentOf({ asked }: Question, fullest: PeakRow | undefined) {
  if (!fullest) return { peak: 0, day: null, at: null, opens: null };
  const { peak, day, branchId } = fullest;
  const at = fullest.at.toISOString();
  const cell = { from: day, to: day, branchIds: branchId, presentAt: at };
  const among = { ...asked, hours: undefined, weekdays: undefined };
  return { peak, day, at, opens: opensVisits(among, cell) };
}
