import type { RawBuilder } from "kysely";
import { writePlainArray } from "../../platform/columns.ts";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Filter } from "./filter.ts";
import { COHORT_MONTHS_MAX, type Period } from "./rules.ts";

/** How many of those who came first on a day, over all branches, came in which month (its first day). */
export type CohortMonth = { firstDay: string; month: string; customers: number };

/** Of days on which customers came, as a select of customer_id and day. */
const selectCohorts = (days: RawBuilder<unknown>) => sql`
  select firsts.first_day, firsts.month, count(*)::integer as customers
  from (
    select distinct came.customer_id, came.first_day,
      date_trunc('month', came.day::timestamp)::date as month
    from (
      select days.customer_id, days.day,
        min(days.day) over (partition by days.customer_id) as first_day
      from (${days}) as days
    ) as came
  ) as firsts group by 1, 2`;

/** Of some customers; `among`: which of them are counted over all branches already. */
export function listCohorts(
  tx: TenantTransaction,
  { customerIds, among }: { customerIds: readonly string[]; among: RawBuilder<unknown> },
): Promise<CohortMonth[]> {
  const days = sql`
    select customer_id, day from report_day_customers
    where tenant_id = ${tx.tenantId} and ${among}
      and customer_id = any(${writePlainArray(customerIds)}::uuid[])`;
  return listRows(
    tx,
    sql<CohortMonth>`
      select told.first_day::text as "firstDay", told.month::text as month, told.customers
      from (${selectCohorts(days)}) as told`,
  );
}

export async function addCohorts(
  tx: TenantTransaction,
  rows: readonly CohortMonth[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = (key: keyof CohortMonth) => writePlainArray(rows.map((row) => row[key]));
  const more = sql`unnest(${column("firstDay")}::date[], ${column("month")}::date[],
    ${column("customers")}::integer[]) as more (first_day, month, customers)`;
  await run(
    tx,
    sql`insert into report_company_cohorts (tenant_id, first_day, month, customers)
        select ${tx.tenantId}::uuid, more.* from ${more}
        on conflict (tenant_id, first_day, month)
          do update set customers = report_company_cohorts.customers + excluded.customers`,
  );
  await run(
    tx,
    sql`delete from report_company_cohorts as told using ${more}
        where told.tenant_id = ${tx.tenantId} and told.first_day = more.first_day
          and told.month = more.month and told.customers = 0`,
  );
}

/** Counts a stretch of customers, of whom nothing is counted over all branches yet, by their days. */
export const insertCohorts = (tx: TenantTransaction, days: RawBuilder<unknown>): Promise<void> =>
  run(
    tx,
    sql`insert into report_company_cohorts (tenant_id, first_day, month, customers)
        select ${tx.tenantId}::uuid, told.* from (${selectCohorts(days)}) as told
        on conflict (tenant_id, first_day, month)
          do update set customers = report_company_cohorts.customers + excluded.customers`,
  );

/** `active` null: of all whose first month it was, came they then in visits that are counted or not. */
export type CohortRow = { month: string; active: string | null; customers: number };

/** What is kept of all branches, of those who first came in the period. */
export function sumCohorts(
  tx: TenantTransaction,
  { period: { from, to } }: Filter,
): Promise<CohortRow[]> {
  const begins = sql`date_trunc('month', told.first_day::timestamp)`;
  return listRows(
    tx,
    sql<CohortRow>`
      select to_char(${begins}, 'YYYY-MM') as month, to_char(told.month, 'YYYY-MM') as active,
        sum(told.customers)::integer as customers
      from report_company_cohorts as told
      where told.tenant_id = ${tx.tenantId}
        and told.first_day >= ${from}::date and told.first_day <= ${to}::date
        and told.month <= ${to}::date
        and told.month <= ${begins} + make_interval(months => ${COHORT_MONTHS_MAX})
      group by 1, 2`,
  );
}

/**
 * Whether of those who came on some days other numbers first came on them than is kept of all branches. What
 * is being counted anew is not compared.
 */
export async function hasOtherFirsts(
  tx: TenantTransaction,
  { from, to }: Period,
): Promise<boolean> {
  const { tenantId } = tx;
  const row = await getRow(
    tx,
    sql<{ differs: boolean }>`
      with came as materialized (
        select distinct customer_id from report_day_customers
        where tenant_id = ${tenantId} and day >= ${from}::date and day <= ${to}::date
      ), firsts as (
        select (select min(known.first_day) from report_branch_customers as known
          where known.tenant_id = ${tenantId} and known.customer_id = came.customer_id) as day
        from came
      ), by_day as (
        select firsts.day, count(*)::integer as customers from firsts
        where firsts.day >= ${from}::date group by firsts.day
      ), kept as (
        select told.first_day as day, told.customers from report_company_cohorts as told
        where told.tenant_id = ${tenantId}
          and told.first_day >= ${from}::date and told.first_day <= ${to}::date
          and told.month = date_trunc('month', told.first_day::timestamp)::date
      )
      select exists (
          (select * from by_day except select * from kept)
          union all
          (select * from kept except select * from by_day)
        ) and not exists (select from report_locks
          where tenant_id = ${tenantId} and company_is_stale) as differs`,
  );
  return row.differs;
}
