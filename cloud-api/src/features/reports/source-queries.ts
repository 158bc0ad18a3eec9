import type { RawBuilder } from "kysely";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Filter } from "./filter.ts";
import type { DayVisits } from "./fitting.ts";
import { filled, HOUR_SUMS, selectHours } from "./hour-queries.ts";
import { UNKNOWN } from "./rules.ts";

/** Whose visits are counted, as a condition on a table's column. */
export function isOfThese(column: string, { narrowed }: Filter): RawBuilder<unknown> {
  const conditions = (narrowed?.customers ?? []).map(
    (select) => sql`${sql.ref(column)} in (${select})`,
  );
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

/** Which visits are counted, whose they are and how they came: a condition on `report_visits`. */
export function isAmong(table: string, filter: Filter): RawBuilder<unknown> {
  const { narrowed } = filter;
  if (!narrowed) return sql`true`;
  const conditions = [isOfThese(`${table}.customer_id`, filter)];
  const { devices, systems, forms, methods } = narrowed;
  if (devices) conditions.push(sql`${sql.ref(`${table}.device_kind`)} = any(${devices}::text[])`);
  if (systems) conditions.push(sql`${sql.ref(`${table}.system`)} = any(${systems}::text[])`);
  if (forms) conditions.push(sql`${sql.ref(`${table}.form`)} = any(${forms}::text[])`);
  if (methods) conditions.push(sql`${sql.ref(`${table}.method`)} = any(${methods}::text[])`);
  return sql.join(conditions, sql` and `);
}

/** Whether it takes each visit to tell which are counted: no roll-up of customers' days does. */
export function isByVisit({ hours, narrowed }: Pick<Filter, "hours" | "narrowed">): boolean {
  const { customers: _, ...came } = narrowed ?? {};
  return [hours, ...Object.values(came)].some((each) => each != null);
}

/** Whether some visits of one customer are counted and others are not. */
export const isOfSomeVisits = (filter: Filter): boolean =>
  filter.weekdays !== null || isByVisit(filter);

/**
 * The hours that reports are summed from: those that are kept, or where a report is narrowed by what
 * these do not tell apart, the same made of the visits.
 */
export function hoursOf(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  if (!filter.narrowed) return sql`report_hours`;
  return sql`(select ${tx.tenantId}::uuid as tenant_id, branch_id, day, hour, ${filled(HOUR_SUMS)},
      null::timestamptz as changed_at
    from (${selectHours(selectReaching(tx, filter))}) as made)`;
}

/** The same of whole days. */
export const daysOf = (tx: TenantTransaction, filter: Filter): RawBuilder<unknown> =>
  filter.narrowed ? hoursOf(tx, filter) : sql`report_days`;

/** Visits that began in the period, ended in it or were there in it. */
export function selectReaching(tx: TenantTransaction, filter: Filter): RawBuilder<unknown> {
  const { from, to } = filter.period;
  const at = filter.branchIds ? sql`kept.branch_id = any(${filter.branchIds}::uuid[])` : sql`true`;
  // A day of any clock on Earth, and the hour it begins at, are within two days of UTC's.
  const reaches = sql`kept.ended_at >= (${from}::date - 2)::timestamp at time zone 'UTC'`;
  return sql`
    select 1 as sign, kept.*, null::timestamptz as told_at, clocks.time_zone,
      clocks.day_starts_hour
    from report_visits as kept
    join report_clocks as clocks
      on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = kept.branch_id
    where kept.tenant_id = ${tx.tenantId} and ${at} and ${isAmong("kept", filter)}
      and kept.day <= ${to}::date and (kept.day >= ${from}::date or ${reaches})`;
}

type AskedDays = Pick<Filter, "period" | "branchIds">;

const fromDays = (tx: TenantTransaction, { period, branchIds }: AskedDays) => sql`
  from report_days as told
  where told.tenant_id = ${tx.tenantId} and told.day >= ${period.from}::date
    and told.day <= ${period.to}::date
    and ${branchIds ? sql`told.branch_id = any(${branchIds}::uuid[])` : sql`true`}`;

/** How many visits a period has, whosever they are. */
export async function countAll(tx: TenantTransaction, asked: AskedDays): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ visits: number }>`
      select coalesce(sum(told.visits), 0)::integer as visits ${fromDays(tx, asked)}`,
  );
  return row.visits;
}

/** The same of each of its days, the earliest first. */
export const listVisitsByDay = (tx: TenantTransaction, asked: AskedDays): Promise<DayVisits[]> =>
  listRows(
    tx,
    sql<DayVisits>`
      select told.day::text as day, sum(told.visits)::integer as visits ${fromDays(tx, asked)}
      group by told.day order by told.day`,
  );

/** Customers who read one of these, or of whom it is not known. */
export function selectReaders(tx: TenantTransaction, languages: readonly string[]) {
  const known = languages.filter((language) => language !== UNKNOWN);
  return sql`select readers.id from customers as readers
    where readers.tenant_id = ${tx.tenantId} and (readers.language = any(${known}::text[])
      or (${known.length < languages.length}::boolean and readers.language is null))`;
}
