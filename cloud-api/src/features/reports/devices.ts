import type { TenantTransaction } from "../../platform/db.ts";
import { refuseTooMany } from "./bounds.ts";
import { countByDevice, type DeviceRow } from "./device-queries.ts";
import { begin, inPeriod, type Question } from "./figures.ts";
import { type DeviceWord, FORMS, opensBoth, type Period, periodBefore, SYSTEMS } from "./rules.ts";
import type { DescribedReply } from "./schema.ts";

/** By what its browser said of it. */
export type DescribedBy = "system" | "form";
type DescribedRow = DeviceRow<DescribedBy>;

const WORDS: Record<DescribedBy, readonly DeviceWord[]> = { system: SYSTEMS, form: FORMS };
/** What the question is narrowed by to a cell's visits. */
const ASKED: Record<DescribedBy, string> = { system: "systems", form: "forms" };

/** The period that its numbers stand against costs as much as its own. */
export const besideDescribed = (period: Period) => [periodBefore(period)];

/** Visits by what their devices run, or are, beside the period before and branch by branch. */
export async function findDescribed(
  tx: TenantTransaction,
  { question, by }: { question: Question; by: DescribedBy },
): Promise<DescribedReply> {
  const { filter, branches, asked } = question;
  const earlier = inPeriod(filter, periodBefore(filter.period));
  if (filter.narrowed) await refuseTooMany(tx, filter, besideDescribed);
  const [now, before] = [
    await countByDevice(tx, { filter, by }),
    await countByDevice(tx, { filter: earlier, by }),
  ];
  // The most first; what is not known stands last.
  const words = WORDS[by]
    .map((name) => ({ name, visits: sumOf(now, name), visitsBefore: sumOf(before, name) }))
    .filter(({ visits, visitsBefore }) => visits + visitsBefore > 0)
    .toSorted(
      (one, other) => Number(isLast(one)) - Number(isLast(other)) || other.visits - one.visits,
    );
  const cellOf = (name: DeviceWord, place = {}) =>
    opensBoth(asked, { ...place, [ASKED[by]]: name });
  return {
    ...(await begin(tx, question)),
    before: { period: earlier.period, visits: sumOf(before) },
    rows: words.map((row) => ({ ...row, opens: cellOf(row.name) })),
    visits: sumOf(now),
    branches: branches.map(({ id: branchId, name }) => {
      const own = now.filter((row) => row.branchId === branchId);
      return {
        ...{ branchId, name, visits: sumOf(own) },
        cells: words.map((word) => ({
          ...{ name: word.name, visits: sumOf(own, word.name) },
          opens: cellOf(word.name, { branchIds: branchId }),
        })),
      };
    }),
  };
}

const isLast = ({ name }: { name: DeviceWord }) => name === "unknown";

const sumOf = (rows: readonly DescribedRow[], name?: DeviceWord): number =>
  rows.reduce((sum, row) => sum + (name === undefined || row.name === name ? row.visits : 0), 0);
