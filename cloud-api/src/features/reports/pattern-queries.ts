import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { type CohortRow, sumCohorts } from "./cohort-queries.ts";
import {
  cameFirstSince,
  chooseReturns,
  foldedOf,
  isAtBranches,
  isWithin,
  type Returns,
  selectDays,
  selectVisitors,
} from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { NEVER } from "./fold-queries.ts";
import { COHORT_MONTHS_MAX, RECENCY_DAYS } from "./rules.ts";
import { daysOf, hoursOf, isOfSomeVisits, isOfThese } from "./source-queries.ts";

export type HourOfWeek = {
  weekday: number;
  hour: number;
  visits: number;
  departures: number;
  present: number;
  presentSeconds: number;
  endedVisits: number;
  dwellSeconds: number;
};

/** Each hour of each day of the week, over the whole period. */
export function sumHoursOfWeek(tx: TenantTransaction, filter: Filter): Promise<HourOfWeek[]> {
  const isKept = filter.isCompany && !filter.narrowed;
  const hours = isKept ? sql`report_company_hours` : hoursOf(tx, filter);
  return listRows(
    tx,
    sql<HourOfWeek>`
      select extract(isodow from told.day)::integer as weekday, told.hour::integer as hour,
        sum(told.visits)::integer as visits, sum(told.departures)::integer as departures,
        sum(told.present)::integer as present, sum(told.present_seconds)::bigint
          as "presentSeconds",
        sum(told.ended)::integer as "endedVisits", sum(told.dwell_seconds)::bigint
          as "dwellSeconds"
      from ${hours} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      group by 1, 2`,
  );
}

export type ClassSums = { branchId: string; anonymous: number; classes: number[] };
const CLASS_COLUMNS = {
  everywhere: sql`array[sum(told.visits_1), sum(told.visits_2), sum(told.visits_3),
    sum(told.visits_6), sum(told.visits_11)]::integer[]`,
  branch: sql`array[sum(told.here_1), sum(told.here_2), sum(told.here_3), sum(told.here_6),
    sum(told.here_11)]::integer[]`,
};
export type CountedAt = keyof typeof CLASS_COLUMNS;

/** Visits by which of their customer's visits they were, in the order of VISIT_CLASSES. */
export function sumClasses(
  tx: TenantTransaction,
  { filter, counted }: { filter: Filter; counted: CountedAt },
): Promise<ClassSums[]> {
  const table = filter.hours ? hoursOf(tx, filter) : daysOf(tx, filter);
  return listRows(
    tx,
    sql<ClassSums>`
      select told.branch_id as "branchId", sum(told.visits_0)::integer as anonymous,
        ${CLASS_COLUMNS[counted]} as classes
      from ${table} as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      group by told.branch_id`,
  );
}

/**
 * Of those whose first month it was: how many came in which month up to that of the last day, both
 * YYYY-MM. Months are those of a time without a zone: to the database a day is one by its session's.
 */
export function countCohorts(tx: TenantTransaction, filter: Filter): Promise<CohortRow[]> {
  if (chooseReturns(filter, { by: "all" }) === "report_company_returns")
    return sumCohorts(tx, filter);
  const { from, to } = filter.period;
  // Of all visits they are those who came in the month itself.
  const isOfSome = isOfSomeVisits(filter);
  const all = sql`union all select to_char(firsts.month, 'YYYY-MM'), null, count(*)::integer
    from firsts group by firsts.month`;
  return listRows(
    tx,
    sql<CohortRow>`
      with firsts as ${isOfSome ? sql`materialized` : sql``} (${selectFirstMonths(tx, filter)}),
      months as (
        select distinct visited.customer_id, firsts.month,
          date_trunc('month', visited.day::timestamp) as active
        from firsts
        join (${selectDays(tx, filter)}) as visited
          on visited.customer_id = firsts.customer_id and visited.day < firsts.ends
        where visited.day >= ${from}::date
          and visited.day < date_trunc('month', ${to}::timestamp) + interval '1 month'
      )
      select to_char(month, 'YYYY-MM') as month, to_char(active, 'YYYY-MM') as active,
        count(*)::integer as customers
      from months group by month, active ${isOfSome ? all : sql``}`,
  );
}

/** The month in which each customer first came, where it was in the period; `ends`: how far it is told. */
const selectFirstMonths = (tx: TenantTransaction, filter: Filter) => sql`
  select known.customer_id, date_trunc('month', min(known.first_day)::timestamp) as month,
    (date_trunc('month', min(known.first_day)::timestamp)
      + make_interval(months => ${COHORT_MONTHS_MAX + 1}))::date as ends
  from report_branch_customers as known
  where known.tenant_id = ${tx.tenantId}
    and ${isAtBranches("known.branch_id", filter.branchIds)}
    and ${isOfThese("known.customer_id", filter)}
  group by known.customer_id
  having min(known.first_day) >= ${filter.period.from}::date
    and min(known.first_day) <= ${filter.period.to}::date`;

export type GapRow = { days: number; returns: number };

/**
 * How many days after their visit before customers came, for each visit in the period that had one: 0
 * on the same day.
 */
export function countGaps(tx: TenantTransaction, filter: Filter): Promise<GapRow[]> {
  const returns = chooseReturns(filter, { by: "all" });
  if (returns) return countGapsByReturns(tx, { filter, returns });
  const { from, to } = filter.period;
  return listRows(
    tx,
    sql<GapRow>`
      with days as (
        select visited.customer_id, visited.day, sum(visited.visits)::integer as visits,
          visited.day - lag(visited.day) over (
            partition by visited.customer_id order by visited.day) as gap
        from (${selectDays(tx, filter)}) as visited where visited.day <= ${to}::date
        group by visited.customer_id, visited.day
      ), returns as (
        select days.gap as days, count(*) as returns from days
        where days.day >= ${from}::date and days.gap is not null group by days.gap
        union all
        select 0, sum(days.visits - 1) from days where days.day >= ${from}::date
      )
      select days, sum(returns)::integer as returns from returns
      group by days having sum(returns) > 0 order by days`,
  );
}

/** What is over of the customers' visits, once each day of theirs is taken off, are those of the same day. */
function countGapsByReturns(
  tx: TenantTransaction,
  { filter, returns }: { filter: Filter; returns: string },
): Promise<GapRow[]> {
  const { tenantId } = tx;
  const at = (column: string) => isAtBranches(column, filter.branchIds);
  const place = returns === "report_returns" ? at("told.branch_id") : sql`true`;
  const { from, to } = filter.period;
  return listRows(
    tx,
    sql<GapRow>`
      with told as materialized (
        select told.day - told.before as days, told.before, sum(told.customers) as returns
        from ${sql.table(returns)} as told
        where told.tenant_id = ${tenantId} and ${place}
          and told.day >= ${from}::date and told.day <= ${to}::date
        group by 1, 2
      ), gaps as (
        select told.days, told.returns from told where told.before <> ${NEVER}::date
        union all
        select 0, coalesce((select sum(counted.visits - counted.visits_0)
            from report_days as counted
            where counted.tenant_id = ${tenantId} and ${at("counted.branch_id")}
              and counted.day >= ${from}::date and counted.day <= ${to}::date), 0)
          - coalesce((select sum(told.returns) from told), 0)
      )
      select days, sum(returns)::integer as returns from gaps
      group by days having sum(returns) > 0 order by days`,
  );
}

/** When customers came last up to a day, in visits that are counted. */
export const selectLastDays = (tx: TenantTransaction, filter: Filter) =>
  isOfSomeVisits(filter)
    ? sql`
  select visited.customer_id, max(visited.day) as day from (${selectDays(tx, filter)}) as visited
  where visited.day <= ${filter.period.to}::date group by visited.customer_id`
    : selectKnownLastDays(tx, filter);

/** The same as it is kept; whoever came since as well is looked up. */
const selectKnownLastDays = (tx: TenantTransaction, filter: Filter) => {
  const { period, branchIds } = filter;
  return sql`
  select known.customer_id, max(case when known.last_day <= ${period.to}::date then known.last_day
      else (select max(visited.day) from report_day_customers as visited
        where visited.tenant_id = ${tx.tenantId} and visited.customer_id = known.customer_id
          and visited.branch_id = known.branch_id and visited.day <= ${period.to}::date)
      end) as day
  from report_branch_customers as known
  where known.tenant_id = ${tx.tenantId} and known.first_day <= ${period.to}::date
    and ${isAtBranches("known.branch_id", branchIds)} and ${isOfThese("known.customer_id", filter)}
  group by known.customer_id`;
};

/** active, at-risk or lapsed, by how many days before the last day of the period it was. */
export const recencyOf = ({ period }: Filter) => sql`case
  when last.day > ${period.to}::date - ${RECENCY_DAYS.atRisk}::integer then 'active'
  when last.day > ${period.to}::date - ${RECENCY_DAYS.lapsed}::integer then 'at-risk'
  else 'lapsed' end`;

export type NamedCount = { name: string | null; customers: number };

/** Everybody who came up to the last day of the period, whenever that was. */
export function countRecencies(tx: TenantTransaction, filter: Filter): Promise<NamedCount[]> {
  const returns = chooseReturns(filter, { by: "all" });
  if (returns) return countRecenciesByReturns(tx, { filter, returns });
  return listRows(
    tx,
    sql<NamedCount>`
      select ${recencyOf(filter)} as name, count(*)::integer as customers
      from (${selectLastDays(tx, filter)}) as last group by 1`,
  );
}

/** Whoever came in the last days is counted once: on the first of those days, having come before them. */
function countRecenciesByReturns(
  tx: TenantTransaction,
  { filter, returns }: { filter: Filter; returns: Returns },
): Promise<NamedCount[]> {
  const place =
    returns === "report_returns" ? isAtBranches("told.branch_id", filter.branchIds) : sql`true`;
  const { to } = filter.period;
  const first = (days: number) => sql`(${to}::date - ${days - 1}::integer)`;
  const cameWithin = (days: number) => sql`coalesce(sum(${cameFirstSince(first(days))})
    filter (where told.day >= ${first(days)}), 0)`;
  return listRows(
    tx,
    sql<NamedCount>`
      with summed as (
        select ${cameWithin(RECENCY_DAYS.atRisk)} as active,
          ${cameWithin(RECENCY_DAYS.lapsed)} as recent, coalesce(sum(told.fresh), 0) as ever
        from ${foldedOf(returns)} as told
        where told.tenant_id = ${tx.tenantId} and ${place} and told.day <= ${to}::date
      )
      select counted.name, counted.customers::integer as customers
      from summed cross join lateral (values ('active', summed.active),
        ('at-risk', summed.recent - summed.active), ('lapsed', summed.ever - summed.recent)
      ) as counted (name, customers)`,
  );
}

/** Customers of the period by the language they read; null: not known. */
export function countLanguages(tx: TenantTransaction, filter: Filter): Promise<NamedCount[]> {
  return listRows(
    tx,
    sql<NamedCount>`
      select customers.language as name, count(*)::integer as customers
      from (${selectVisitors(tx, filter)}) as came
      left join customers
        on customers.tenant_id = ${tx.tenantId} and customers.id = came.customer_id
      group by customers.language order by 2 desc, 1`,
  );
}
