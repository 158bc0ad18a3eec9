import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { countDue } from "./crowd-queries.ts";
import type { Filter } from "./filter.ts";
import type { Cell } from "./list-queries.ts";
import { COUNTED_VISITS_MAX, NARROWED_VISITS_MAX } from "./rules.ts";
import { countAll } from "./source-queries.ts";
import type { VisitCell } from "./visit-list-queries.ts";

// What is counted visit by visit is so for as long as whoever asks waits. Lists are found page by page,
// and as long as they are.

type Asked = Pick<Filter, "period" | "branchIds" | "narrowed">;

const mostOf = ({ narrowed }: Pick<Filter, "narrowed">): number =>
  narrowed ? NARROWED_VISITS_MAX : COUNTED_VISITS_MAX;

/** Whether the days have more visits than are counted one by one. */
export const hasTooMany = async (tx: TenantTransaction, asked: Asked): Promise<boolean> =>
  (await countAll(tx, asked)) > mostOf(asked);

export async function refuseTooMany(tx: TenantTransaction, asked: Asked): Promise<void> {
  refuseMore(asked, { visits: await countAll(tx, asked), most: mostOf(asked) });
}

/** Guests at once are kept; of the days that wait for it they are counted one by one. */
export async function refuseTooManyDue(tx: TenantTransaction, filter: Filter): Promise<void> {
  refuseMore(filter, { visits: await countDue(tx, filter), most: COUNTED_VISITS_MAX });
}

function refuseMore(
  { period: { from, to } }: Asked,
  { visits, most }: { visits: number; most: number },
): void {
  if (visits <= most) return;
  const [own, bound] = [visits, most].map((count) => count.toLocaleString("en"));
  throw refuse(
    "invalid",
    `The days ${from} to ${to} have ${own} visits, which are counted one by one up to ${bound}: take fewer days or branches.`,
    { field: "/from" },
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

/** So are sessions, and customers who are more than those of the visits that are meant. */
export async function refuseTooManyCustomers(tx: TenantTransaction, cell: Cell): Promise<void> {
  const { filter, used } = cell;
  if (used || (filter.narrowed && !isOfVisits(cell))) await refuseTooMany(tx, filter);
}

/** Whether they are all those of the visits that are meant. */
const isOfVisits = ({ kind, recency, cohort, consent, language }: Cell): boolean =>
  [kind, recency, cohort].every((each) => each === null) &&
  [consent, language].every((each) => each === undefined);
