import type { TenantTransaction } from "../../platform/db.ts";
import { listPeaks } from "./crowd-queries.ts";
import { begin, hoursOf, type Question, refuseTooMany } from "./figures.ts";
import type { CrowdReply } from "./schema.ts";

/** How full it was at the fullest: by hour of the day, and branch by branch. */
export async function findCrowd(tx: TenantTransaction, question: Question): Promise<CrowdReply> {
  await refuseTooMany(tx, question.filter);
  const peaks = await listPeaks(tx, question.filter);
  const names = new Map(question.branches.map(({ id, name }) => [id, name]));
  return {
    ...(await begin(tx, question)),
    hours: hoursOf(question).map((hour) => {
      const fullest = peaks.find((peak) => peak.hour === hour);
      const { peak = 0, day = null, branchId = null } = fullest ?? {};
      return { hour, peak, day, branchId, branchName: names.get(branchId ?? "") ?? null };
    }),
    rows: question.branches.map(({ id, name }) => {
      const {
        peak = 0,
        day = null,
        hour = null,
      } = peaks.find(({ branchId }) => branchId === id) ?? {};
      return { branchId: id, name, peak, day, hour };
    }),
  };
}
