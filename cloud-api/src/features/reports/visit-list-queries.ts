import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { hasTooMany } from "./bounds.ts";
import { selectPresent } from "./crowd-queries.ts";
import { sumNarrowed } from "./device-sum-queries.ts";
import { isWithin, selectDays } from "./figure-queries.ts";
import { inPeriod } from "./figures.ts";
import type { Filter } from "./filter.ts";
import { countFirst, exactly, type ListTotal } from "./list-total-queries.ts";
import { selectDeparted, selectThere } from "./moved-visit-queries.ts";
import { type CountedAt, countGaps, sumClasses, sumHoursOfWeek } from "./pattern-queries.ts";
import { VISIT_CLASSES, type VisitClass } from "./rules.ts";
import { daysOf, hoursOf, isAmong } from "./source-queries.ts";

/** From the how-manieth visit on, and to which (null: no last one); counted everywhere, or at the one branch. */
export type Numbers = { from: VisitClass; to: number | null; at: CountedAt };

/** Which of the visits that a report is asked about a number counts. */
export type VisitsOf =
  | { kind: "all" | "anonymous" }
  /** By which of their customer's visits they were. */
  | { kind: "numbered"; numbers: Numbers }
  /** With one of the same customer before them, so many days earlier. */
  | { kind: "again"; days: { from: number; to: number | null } }
  /** Those that ended in the hours asked about; and those that were there, in each of these hours. */
  | { kind: "departed" | "there" }
  /** Those that are over and were there at this moment, whenever they began. */
  | { kind: "present"; at: Date };
export type VisitCell = { filter: Filter; of: VisitsOf };

/** Rows of `report_visits`. */
function selectVisits(tx: TenantTransaction, { filter, of }: VisitCell): RawBuilder<unknown> {
  if (of.kind === "present") return selectPresent(tx, { filter, at: of.at });
  if (of.kind === "departed") return selectDeparted(tx, filter);
  if (of.kind === "there") return selectThere(tx, filter);
  const nobody = of.kind === "anonymous" ? sql`and told.customer_id is null` : sql``;
  return sql`
    select told.* from report_visits as told
    where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      and ${isAmong("told", filter)} ${nobody}
      ${of.kind === "numbered" ? sql`and ${isNumbered("told", of.numbers)}` : sql``}
      ${of.kind === "again" ? sql`and ${isAgain(tx, { filter, days: of.days })}` : sql``}`;
}

/** A condition on `report_visits`: of a customer, and the how-manieth of theirs. */
export function isNumbered(table: string, { from, to, at }: Numbers): RawBuilder<unknown> {
  const number = sql.ref(`${table}.${at === "branch" ? "number_at_branch" : "number"}`);
  return sql`${sql.ref(`${table}.customer_id`)} is not null and coalesce(${number}, 1) >= ${from}
    and (${to}::integer is null or coalesce(${number}, 1) <= ${to}::integer)`;
}

/** By the days of the visits that are counted: whoever came twice on one came the second time after 0 days. */
function isAgain(
  tx: TenantTransaction,
  { filter, days }: { filter: Filter; days: { from: number; to: number | null } },
): RawBuilder<unknown> {
  return sql`case
    when told.customer_id is null then false
    when exists (select from report_visits as earlier
      where earlier.tenant_id = ${tx.tenantId} and earlier.customer_id = told.customer_id
        and earlier.day = told.day and ${isWithin("earlier", filter)}
        and ${isAmong("earlier", filter)}
        and (earlier.started_at, earlier.visit_id) < (told.started_at, told.visit_id))
      then ${days.from}::integer = 0
    else told.day - (select max(before.day) from (${selectDays(tx, filter)}) as before
        where before.customer_id = told.customer_id and before.day < told.day)
      between ${days.from}::integer and coalesce(${days.to}::integer, 100000)
    end`;
}

export type CountedVisit = {
  id: string;
  customerId: string | null;
  customerName: string | null;
  branchId: string;
  branchName: string | null;
  day: string;
  hour: number;
  number: number | null;
  numberAtBranch: number | null;
  startedAt: Date;
  endedAt: Date | null;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

/** Where a page of a list by days goes on; `hour`: where one stands there once for each hour. */
export type Place = { day: string; id: string; hour?: number | null };

type AskedPage = { cell: VisitCell; after: Place | null; limit: number };

/** The visits that a number counts, by day. Those that are found one by one are so a day at a time. */
export async function listVisits(
  tx: TenantTransaction,
  { cell, after, limit }: AskedPage,
): Promise<CountedVisit[]> {
  const { filter, of } = cell;
  if (!isMoved(of) || filter.narrowed) return listPage(tx, { cell, after, limit });
  const rows: CountedVisit[] = [];
  for (const day of await listMovedDays(tx, { filter, of, through: after?.day ?? null })) {
    const part = { of, filter: inPeriod(filter, { from: day, to: day }) };
    const left = limit - rows.length;
    rows.push(...(await listPage(tx, { cell: part, after, limit: left })));
    if (rows.length === limit) break;
  }
  return rows;
}

/** Whether they are listed by when they ended or were there, which no row of a visit says. */
export const isMoved = (of: VisitsOf): of is Moved => of.kind === "departed" || of.kind === "there";
type Moved = { kind: "departed" | "there" };

/** Days on which hours say that there are some, the newest first; `through`: that one and those before. */
async function listMovedDays(
  tx: TenantTransaction,
  { filter, of, through }: { filter: Filter; of: Moved; through: string | null },
): Promise<string[]> {
  const { from, to } = filter.period;
  const table = filter.isCompany ? sql`report_company_hours` : sql`report_hours`;
  const sum = sql.ref(`told.${SUMS_OF_MOVED[of.kind]}`);
  const rows = await listRows(
    tx,
    sql<{ day: string }>`
      select (${from}::date + each.nth)::text as day
      from generate_series(0, least(${to}::date, ${through}::date) - ${from}::date) as each (nth)
      where exists (select from ${table} as told
        where told.tenant_id = ${tx.tenantId} and told.day = ${from}::date + each.nth
          and ${sum} > 0 and ${isWithin("told", filter)})
      order by each.nth desc`,
  );
  return rows.map(({ day }) => day);
}

/** The column of hours that counts them. */
const SUMS_OF_MOVED = { departed: "departures", there: "present" } as const;

function listPage(
  tx: TenantTransaction,
  { cell, after, limit }: AskedPage,
): Promise<CountedVisit[]> {
  const { tenantId } = tx;
  const page = after
    ? sql`and (told.day, told.visit_id, told.hour)
        < (${after.day}::date, ${after.id}::uuid, ${after.hour ?? 0}::integer)`
    : sql``;
  return listRows(
    tx,
    sql<CountedVisit>`
      select told.visit_id as id, told.customer_id as "customerId", customers.name as "customerName",
        told.branch_id as "branchId", branches.name as "branchName", told.day::text as day,
        told.hour::integer as hour, told.number, told.number_at_branch as "numberAtBranch",
        told.started_at as "startedAt", told.ended_at as "endedAt",
        told.connected_seconds as "connectedSeconds", told.upload_bytes as "uploadBytes",
        told.download_bytes as "downloadBytes"
      from (${selectVisits(tx, cell)}) as told
      left join branches on branches.tenant_id = ${tenantId} and branches.id = told.branch_id
      left join customers on customers.tenant_id = ${tenantId} and customers.id = told.customer_id
      where told.tenant_id = ${tenantId} ${page}
      order by told.day desc, told.visit_id desc, told.hour desc limit ${limit}`,
  );
}

/**
 * How many they are: as many as the report says, without looking at each where it does not. Where no sum says
 * so, the first are counted.
 */
export async function countVisits(tx: TenantTransaction, cell: VisitCell): Promise<ListTotal> {
  const { filter, of } = cell;
  const isSummed = of.kind === "all" && filter.narrowed && sumNarrowed("told", filter.narrowed);
  if (!isSummed && filter.narrowed && (await hasTooMany(tx, filter)))
    return countFirst(tx, sql`select from (${selectVisits(tx, cell)}) as told`);
  return exactly(await sumVisits(tx, cell));
}

async function sumVisits(tx: TenantTransaction, cell: VisitCell): Promise<number> {
  const { filter, of } = cell;
  if (of.kind === "present") return (await countEach(tx, cell)).visits;
  if (isMoved(of)) {
    const sum = SUMS_OF_MOVED[of.kind];
    const hours = await sumHoursOfWeek(tx, filter);
    return hours.reduce((total, hour) => total + hour[sum], 0);
  }
  if (of.kind === "numbered") {
    const at = VISIT_CLASSES.indexOf(of.numbers.from);
    const sums = await sumClasses(tx, { filter, counted: of.numbers.at });
    return sums.reduce((sum, { classes }) => sum + (classes[at] ?? 0), 0);
  }
  if (of.kind === "again") {
    const { from, to } = of.days;
    const gaps = await countGaps(tx, filter);
    return gaps
      .filter(({ days }) => days >= from && (to === null || days <= to))
      .reduce((sum, { returns }) => sum + returns, 0);
  }
  const narrowed = of.kind === "all" && filter.narrowed && sumNarrowed("told", filter.narrowed);
  // What the columns of hours and days tell apart is not made of the visits.
  const kept = narrowed ? { ...filter, narrowed: null } : filter;
  const table = filter.hours ? hoursOf(tx, kept) : daysOf(tx, kept);
  const visits = narrowed || (of.kind === "anonymous" ? sql`told.visits_0` : sql`told.visits`);
  const row = await getRow(
    tx,
    sql<{ total: number }>`
      select coalesce(sum(${visits}), 0)::integer as total from ${table} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}`,
  );
  return row.total;
}

/** Whose they are: different customers. */
export const countVisitors = async (tx: TenantTransaction, cell: VisitCell): Promise<number> =>
  (await countEach(tx, cell)).customers;

function countEach(
  tx: TenantTransaction,
  cell: VisitCell,
): Promise<{ visits: number; customers: number }> {
  return getRow(
    tx,
    sql<{ visits: number; customers: number }>`
      select count(*)::integer as visits, count(distinct told.customer_id)::integer as customers
      from (${selectVisits(tx, cell)}) as told where told.tenant_id = ${tx.tenantId}`,
  );
}
