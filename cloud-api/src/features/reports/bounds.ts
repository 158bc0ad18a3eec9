import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { type KeptByDay, listDueDays } from "./due-queries.ts";
import type { Filter } from "./filter.ts";
import { type Beside, findFitting } from "./fitting.ts";
import type { Cell } from "./list-queries.ts";
import { addDays, COUNTED_VISITS_MAX, NARROWED_VISITS_MAX, type Period } from "./rules.ts";
import { countAll, listVisitsByDay } from "./source-queries.ts";
import type { VisitCell } from "./visit-list-queries.ts";

// What is counted visit by visit is so for as long as whoever asks waits. Lists are found page by page,
// and as long as they are.

type Asked = Pick<Filter, "period" | "branchIds" | "narrowed">;

const mostOf = ({ narrowed }: Pick<Filter, "narrowed">): number =>
  narrowed ? NARROWED_VISITS_MAX : COUNTED_VISITS_MAX;

/** Whether the days have more visits than are counted one by one. */
export const hasTooMany = async (tx: TenantTransaction, asked: Asked): Promise<boolean> =>
  (await countAll(tx, asked)) > mostOf(asked);

const ALONE: Beside = () => [];

/** Refuses days with more visits than are counted one by one, and days set against such. */
export async function refuseTooMany(
  tx: TenantTransaction,
  asked: Asked,
  beside: Beside = ALONE,
): Promise<void> {
  const { period } = asked;
  const most = mostOf(asked);
  for (const days of [period, ...beside(period)]) {
    const visits = await countAll(tx, { ...asked, period: days });
    if (visits <= most) continue;
    const told = await listVisitsByDay(tx, { ...asked, period: spanOf(period, beside) });
    const instead = findFitting({ period, beside, most, days: told });
    throw tooMany({ period: days, visits, most, instead });
  }
}

/** A period that ends with whole months is set against some days more than one that is a day longer. */
const MONTH_DAYS = 31;

/** From the first day that one, or a shorter one in its place, is set against. */
function spanOf(period: Period, beside: Beside): Period {
  const [first = period.from] = [period, ...beside(period)].map(({ from }) => from).toSorted();
  return { from: addDays(first, -MONTH_DAYS), to: period.to };
}

/**
 * Of what is kept by the day: the days that wait for it are counted one by one, and so are all of them where
 * the question is narrowed by what nothing is kept of.
 */
export async function refuseTooManyToKeep(
  tx: TenantTransaction,
  kept: KeptByDay,
  filter: Filter,
): Promise<void> {
  if (filter.narrowed) return refuseTooMany(tx, filter);
  const { period } = filter;
  const most = COUNTED_VISITS_MAX;
  const days = await listDueDays(tx, kept, filter);
  const visits = days.reduce((sum, day) => sum + day.visits, 0);
  if (visits <= most) return;
  const instead = findFitting({ period, beside: ALONE, most, days });
  throw tooMany({ period, visits, most, instead });
}

type TooMany = { period: Period; visits: number; most: number; instead: Period | null };

function tooMany({ period: { from, to }, visits, most, instead }: TooMany) {
  const [own, bound] = [visits, most].map((count) => count.toLocaleString("en"));
  const shorter = instead ? `, as ${instead.from} to ${instead.to}` : "";
  return refuse(
    "invalid",
    `The days ${from} to ${to} have ${own} visits, which are counted one by one up to ${bound}: take fewer days${shorter}, or fewer branches.`,
    { field: "/from", ...(instead && { instead }) },
  );
}

const FOUND_IN_ORDER: ReadonlySet<VisitCell["of"]["kind"]> = new Set([
  ...(["all", "anonymous", "numbered"] as const),
]);

/** Narrowed visits that are set beside others, or not listed by when they began, are found one by one. */
export async function refuseTooManyVisits(
  tx: TenantTransaction,
  { filter, of }: VisitCell,
): Promise<void> {
  if (filter.narrowed && !FOUND_IN_ORDER.has(of.kind)) await refuseTooMany(tx, filter);
}

/** So are customers who are more than those of the visits that are meant; whose sessions they were is kept. */
export async function refuseTooManyCustomers(tx: TenantTransaction, cell: Cell): Promise<void> {
  const { filter, used } = cell;
  if (used) await refuseTooManyToKeep(tx, "report_use", filter);
  else if (filter.narrowed && !isOfVisits(cell)) await refuseTooMany(tx, filter);
}

/** Whether they are all those of the visits that are meant. */
const isOfVisits = ({ kind, recency, cohort, consent, language }: Cell): boolean =>
  [kind, recency, cohort].every((each) => each === null) &&
  [consent, language].every((each) => each === undefined);
