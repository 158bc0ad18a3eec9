import type { RawBuilder } from "kysely";
import type { BranchKind } from "../../platform/branch-kinds.ts";
import { findRow, keepPlan, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { AskedBranches, Filter } from "./filter.ts";
import type { Unit } from "./rules.ts";
import { daysOf, hoursOf, isAmong, isByVisit } from "./source-queries.ts";

export type ReportBranch = {
  id: string;
  name: string;
  brandId: string | null;
  brandName: string | null;
  /** What sort of place it is; null: nobody has said. */
  kind: BranchKind | null;
  timeZone: string;
  /** By which it is counted at present. */
  dayStartsHour: number;
  /** Whether what is counted over all branches waits for them to be counted. */
  isCompanyStale: boolean;
};

/** The branches that the transaction reaches: what each report begins with. */
export function listReportBranches(tx: TenantTransaction): Promise<ReportBranch[]> {
  return listRows(
    tx,
    keepPlan(
      "report-branches",
      sql<ReportBranch>`
      select branches.id, branches.name, branches.brand_id as "brandId", brands.name as "brandName",
        branches.kind,
        branches.time_zone as "timeZone",
        coalesce(clocks.day_starts_hour, 0)::integer as "dayStartsHour",
        coalesce((select locks.company_is_stale from report_locks as locks
          where locks.tenant_id = ${tx.tenantId}), false) as "isCompanyStale"
      from branches
      left join report_clocks as clocks
        on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = branches.id
      left join brands on brands.tenant_id = ${tx.tenantId} and brands.id = branches.brand_id
      where branches.tenant_id = ${tx.tenantId}
      order by branches.name, branches.id`,
    ),
  );
}

/** What rows are put together by. */
export type Grouping =
  | { by: "all" }
  | { by: "branch" | "brand" }
  | { by: "slot"; unit: Exclude<Unit, "hour"> }
  | { by: "weekday" };

/** The branches of a question, as a condition on a table's column. */
export const isAtBranches = (column: string, branchIds: Filter["branchIds"]) =>
  branchIds === null ? sql`true` : sql`${sql.ref(column)} = any(${branchIds}::uuid[])`;

/** Which days and hours are counted. */
export function isWithin(table: string, { period, hours, weekdays, branchIds }: Filter) {
  const day = sql.ref(`${table}.day`);
  const within = sql`${day} >= ${period.from}::date and ${day} <= ${period.to}::date`;
  const at = isAtBranches(`${table}.branch_id`, branchIds);
  return sql`${within} and ${at} and ${isInSlots(table, { hours, weekdays })}`;
}

/** Which hours of the day and days of the week are counted. */
export function isInSlots(table: string, { hours, weekdays }: Pick<Filter, "hours" | "weekdays">) {
  const conditions = [sql`true`];
  if (weekdays)
    conditions.push(
      sql`extract(isodow from ${sql.ref(`${table}.day`)})::integer = any(${weekdays}::integer[])`,
    );
  if (hours) conditions.push(sql`${sql.ref(`${table}.hour`)} = any(${hours}::integer[])`);
  return sql.join(conditions, sql` and `);
}

export function keyOf(table: string, grouping: Grouping): RawBuilder<string | null> {
  const day = sql.ref(`${table}.day`);
  switch (grouping.by) {
    case "all":
      return sql`'all'::text`;
    case "branch":
      return sql`${sql.ref(`${table}.branch_id`)}::text`;
    case "brand":
      return sql`(select branches.brand_id::text from branches
        where branches.tenant_id = ${sql.ref(`${table}.tenant_id`)}
          and branches.id = ${sql.ref(`${table}.branch_id`)})`;
    case "weekday":
      return sql`extract(isodow from ${day})::text`;
    case "slot":
      if (grouping.unit === "month") return sql`to_char(${day}, 'YYYY-MM')`;
      return grouping.unit === "week"
        ? sql`date_trunc('week', ${day})::date::text`
        : sql`${day}::text`;
  }
}

/** What `keyOf` is made of: comparing days and ids costs less than writing each row's as a text. */
function groupOf(table: string, grouping: Grouping): RawBuilder<unknown> {
  if (grouping.by === "branch") return sql.ref(`${table}.branch_id`);
  if (grouping.by === "slot" && grouping.unit === "day") return sql.ref(`${table}.day`);
  return sql`1`;
}

export type SumRow = {
  key: string | null;
  visits: number;
  anonymousVisits: number;
  endedVisits: number;
  dwellSeconds: number;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  departures: number;
  presentSeconds: number;
  changedAt: Date | null;
};

export const SUM_COLUMNS = sql`coalesce(sum(told.visits), 0)::bigint as visits,
  coalesce(sum(told.visits_0), 0)::bigint as "anonymousVisits",
  coalesce(sum(told.ended), 0)::bigint as "endedVisits",
  coalesce(sum(told.dwell_seconds), 0)::bigint as "dwellSeconds",
  coalesce(sum(told.connected_seconds), 0)::bigint as "connectedSeconds",
  coalesce(sum(told.upload_bytes), 0)::bigint as "uploadBytes",
  coalesce(sum(told.download_bytes), 0)::bigint as "downloadBytes",
  coalesce(sum(told.departures), 0)::bigint as departures,
  coalesce(sum(told.present_seconds), 0)::bigint as "presentSeconds"`;

/** What adds up: from the days, or where hours are asked for from these. */
export function sumFigures(
  tx: TenantTransaction,
  { filter, grouping }: { filter: Filter; grouping: Grouping },
): Promise<SumRow[]> {
  const key = keyOf("told", grouping);
  const table = filter.hours ? hoursOf(tx, filter) : daysOf(tx, filter);
  return listRows(
    tx,
    sql<SumRow>`
      select ${key} as key, ${SUM_COLUMNS}, max(told.changed_at) as "changedAt"
      from ${table} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      group by ${groupOf("told", grouping)}`,
  );
}

export type CustomerCount = { key: string | null; customers: number; newCustomers: number };

/** Visits of customers by day and branch, those of some hours where these are asked for. */
export function selectCame(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const [table, hour] =
    filter.hours || filter.narrowed
      ? [sql`report_visits`, sql`came.hour`]
      : [sql`report_day_customers`, sql`null::smallint`];
  const isAmongCame = isAmong("came", filter);
  return sql`
    select came.tenant_id, came.branch_id, came.day, ${hour} as hour, came.customer_id
    from ${table} as came
    where came.tenant_id = ${tx.tenantId} and came.customer_id is not null
      and ${isWithin("came", filter)} and ${isAmongCame}`;
}

/**
 * Customers who came in the period, each once. Of whole days it is told by since when and until when they
 * come to a branch; their days are looked up of those alone who came before the period and after it.
 */
export function selectVisitors(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const { period, branchIds, hours, weekdays, narrowed } = filter;
  if (hours || weekdays || narrowed)
    return sql`select distinct visited.customer_id from (${selectCame(tx, filter)}) as visited`;
  const within = (day: string) =>
    sql`${sql.ref(day)} >= ${period.from}::date and ${sql.ref(day)} <= ${period.to}::date`;
  return sql`
    select distinct known.customer_id from report_branch_customers as known
    where known.tenant_id = ${tx.tenantId} and ${isAtBranches("known.branch_id", branchIds)}
      and known.first_day <= ${period.to}::date and known.last_day >= ${period.from}::date
      and (known.first_day >= ${period.from}::date or known.last_day <= ${period.to}::date
        or exists (select from report_day_customers as came
          where came.tenant_id = ${tx.tenantId} and came.customer_id = known.customer_id
            and came.branch_id = known.branch_id and ${within("came.day")}))`;
}

/**
 * Days on which customers came to the branches asked about in visits that are counted, whenever it was,
 * with how many visits these are: several rows of a day where they are read one by one.
 */
export function selectDays(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const [table, visits] = isByVisit(filter)
    ? [sql`report_visits`, sql`1`]
    : [sql`report_day_customers`, sql`came.visits`];
  return sql`
    select came.customer_id, came.branch_id, came.day, ${visits} as visits
    from ${table} as came
    where came.tenant_id = ${tx.tenantId} and came.customer_id is not null
      and ${isAtBranches("came.branch_id", filter.branchIds)} and ${isInSlots("came", filter)}
      and ${isAmong("came", filter)}`;
}

/** `firsts`: since when each of those in `came` comes to the branches asked about, place by place. */
export const selectFirsts = (
  tx: TenantTransaction,
  { branchIds }: Filter,
  place: RawBuilder<unknown> = sql`'all'::text`,
) => sql`firsts as (
  select ${place} as place, known.customer_id, min(known.first_day) as day
  from report_branch_customers as known
  where known.tenant_id = ${tx.tenantId} and ${isAtBranches("known.branch_id", branchIds)}
    and known.customer_id in (select came.customer_id from came)
  group by 1, known.customer_id
)`;

/**
 * How many different customers came, and of how many the first day ever at these branches is in the
 * slot and the period. Rows of branches and brands take those as the branches asked about.
 */
export function countCustomers(
  tx: TenantTransaction,
  { filter, grouping }: { filter: Filter; grouping: Grouping },
): Promise<CustomerCount[]> {
  const returns = chooseReturns(filter, grouping);
  if (returns) return countByReturns(tx, { filter, grouping, returns });
  const isByPlace = grouping.by === "branch" || grouping.by === "brand";
  const place = isByPlace ? keyOf("known", grouping) : sql`'all'::text`;
  const isByTime = grouping.by === "slot" || grouping.by === "weekday";
  return listRows(
    tx,
    sql<CustomerCount>`
      with came as (
        select distinct ${keyOf("visited", grouping)} as key, visited.customer_id
        from (${selectCame(tx, filter)}) as visited
      ), ${selectFirsts(tx, filter, place)}
      select came.key, count(*)::integer as customers,
        (count(*) filter (where firsts.day >= ${filter.period.from}::date
          ${isByTime ? sql`and ${keyOf("firsts", grouping)} = came.key` : sql``}
        ))::integer as "newCustomers"
      from came
      join firsts on firsts.customer_id = came.customer_id
        ${isByPlace ? sql`and firsts.place is not distinct from came.key` : sql``}
      group by came.key`,
  );
}

/** Of each day by itself, and of all of them together: whoever came on several is counted once in that. */
export type DayCounts = { days: CustomerCount[]; everybody: CustomerCount };

/**
 * Customers of each day of a period, read once for the days and the whole of them; null where nothing
 * keeps who came last when. Whoever came last before the period is counted on the first of their days.
 */
export async function countDays(tx: TenantTransaction, filter: Filter): Promise<DayCounts | null> {
  const grouping = { by: "slot", unit: "day" } as const;
  const returns = chooseReturns(filter, grouping);
  if (!returns) return null;
  const { from } = filter.period;
  const rows = await listRows(
    tx,
    sql<CustomerCount & { firstHere: number }>`
      select told.day::text as key, sum(told.fresh)::integer as "newCustomers",
        sum(${cameFirstSince(sql`told.day`)})::integer as customers,
        sum(${cameFirstSince(sql`${from}::date`)})::integer as "firstHere"
      from ${foldedOf(returns)} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithinFolded(returns, filter)}
      group by told.day`,
  );
  const sumOf = (read: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + read(row), 0);
  const customers = sumOf(({ firstHere }) => firstHere);
  const newCustomers = sumOf((row) => row.newCustomers);
  return { days: rows, everybody: { key: "all", customers, newCustomers } };
}

export type Returns = "report_returns" | "report_company_returns";

/** What counts who came first within a period, where the question is one of whole days. */
export function chooseReturns(
  { hours, weekdays, branchIds, narrowed, isCompany }: Filter,
  { by }: Grouping,
): Returns | null {
  if (hours || weekdays || narrowed || by === "brand" || by === "weekday") return null;
  if (by === "branch" || branchIds?.length === 1) return "report_returns";
  return isCompany ? "report_company_returns" : null;
}

/** The same with one row for each day. */
export const foldedOf = (returns: Returns): RawBuilder<unknown> =>
  returns === "report_returns" ? sql`report_day_returns` : sql`report_company_day_returns`;

/** Of those of a folded day: who came on it and on no day from another one on before it. */
export const cameFirstSince = (day: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(told.fresh + coalesce(
    told.beyond[width_bucket((told.day - ${day})::smallint, told.gaps) + 1], 0))`;

const isWithinFolded = (returns: Returns, { period: { from, to }, branchIds }: Filter) =>
  sql`told.day >= ${from}::date and told.day <= ${to}::date
    and ${returns === "report_returns" ? isAtBranches("told.branch_id", branchIds) : sql`true`}`;

/** Whoever came last before the slot and the period is counted on the first of their days within it. */
function countByReturns(
  tx: TenantTransaction,
  { filter, grouping, returns }: { filter: Filter; grouping: Grouping; returns: Returns },
): Promise<CustomerCount[]> {
  const from = sql`${filter.period.from}::date`;
  const begins =
    grouping.by === "slot"
      ? sql`greatest(date_trunc(${sql.lit(grouping.unit)}, told.day::timestamp)::date, ${from})`
      : from;
  return listRows(
    tx,
    sql<CustomerCount>`
      select ${keyOf("told", grouping)} as key,
        sum(${cameFirstSince(begins)})::integer as customers,
        sum(told.fresh)::integer as "newCustomers"
      from ${foldedOf(returns)} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithinFolded(returns, filter)}
      group by ${groupOf("told", grouping)}`,
  );
}

export type Freshness = { isBehind: boolean; recounts: number; faultyDays: number };

export async function findFreshness(tx: TenantTransaction, filter: Filter): Promise<Freshness> {
  const row = await findRow(
    tx,
    keepPlan(
      "report-freshness",
      sql<Freshness>`
      select coalesce((select log.position from tenant_log as log
          where log.tenant_id = ${tx.tenantId}), 0)
          > coalesce((select cursors.position from cursors
            where cursors.tenant_id = ${tx.tenantId} and cursors.feature = 'reports'), 0)
          or exists (select from report_locks as locks
            where locks.tenant_id = ${tx.tenantId}
              and (locks.sums_are_behind
                or locks.taken_at is distinct from locks.sums_taken_at))
          as "isBehind",
        (select count(*) from report_recounts as waiting
          where waiting.tenant_id = ${tx.tenantId}) as recounts,
        (select count(distinct (faults.branch_id, faults.day)) from report_faults as faults
          where faults.tenant_id = ${tx.tenantId} and faults.mended_at is null
            and faults.day >= ${filter.period.from}::date
            and faults.day <= ${filter.period.to}::date
            and (${filter.branchIds}::uuid[] is null
              or faults.branch_id = any(${filter.branchIds}::uuid[]))) as "faultyDays"`,
    ),
  );
  return row ?? { isBehind: false, recounts: 0, faultyDays: 0 };
}

/** The day that it is at the one of some branches, or of all in reach, whose clock is furthest on. */
export async function findToday(
  tx: TenantTransaction,
  { branchIds, brandId, branchKind }: Partial<AskedBranches> = {},
): Promise<string> {
  const conditions = [sql`true`];
  if (branchIds) conditions.push(isAtBranches("branches.id", branchIds));
  if (brandId) conditions.push(sql`branches.brand_id = ${brandId}`);
  if (branchKind) conditions.push(sql`branches.kind = ${branchKind}`);
  const row = await findRow(
    tx,
    sql<{ day: string | null }>`
      select max(((${tx.now}::timestamptz at time zone branches.time_zone)
        - make_interval(hours => coalesce(clocks.day_starts_hour, 0)))::date)::text as day
      from branches
      left join report_clocks as clocks
        on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = branches.id
      where branches.tenant_id = ${tx.tenantId} and ${sql.join(conditions, sql` and `)}`,
  );
  return row?.day ?? tx.now.toISOString().slice(0, 10);
}
