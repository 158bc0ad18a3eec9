import type { RawBuilder } from "kysely";
import { writePlainArray } from "../../platform/columns.ts";
import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { insertCohorts } from "./cohort-queries.ts";
import { foldBranch, foldBranchDays, foldCompanyDays, NEVER } from "./fold-queries.ts";
import { sumCompanyHours } from "./hour-queries.ts";

/** Below and above the ids of all customers. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const EVERYBODY = "ffffffff-ffff-ffff-ffff-ffffffffffff";
/** Days of customers that are counted anew over all branches in one transaction: visits wait for it. */
const COMPANY_DAYS_AT_ONCE = 50_000;

/** How many came on a day who had come before on another; `branchId` null: over all branches. */
export type Return = { branchId: string | null; day: string; before: string; customers: number };

/** Whether what a customer has is counted over all branches: not until their stretch was. */
export const isSummed = (tx: TenantTransaction) => sql`customer_id <= coalesce((
  select coalesce(company_summed_through, ${NOBODY}::uuid) from report_locks
  where tenant_id = ${tx.tenantId} and company_is_stale), ${EVERYBODY}::uuid)`;

const lag = (by: RawBuilder<unknown>) =>
  sql`coalesce(lag(day) over (partition by ${by} order by day), ${NEVER}::date)`;

/**
 * Of some customers, what there is to count of their days at branches and over all of them; the latter
 * not of those whose stretch has yet to be counted anew.
 */
export function listReturns(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<Return[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Return>`
      with days as materialized (
        select came.branch_id, came.customer_id, came.day from report_day_customers as came
        where came.tenant_id = ${tenantId}
          and came.customer_id = any(${writePlainArray(customerIds)}::uuid[])
      ), at_branches as (
        select branch_id, day, ${lag(sql`customer_id, branch_id`)} as before from days
      ), anywhere as (
        select day, ${lag(sql`customer_id`)} as before
        from (
          select distinct customer_id, day from days
          where ${isSummed(tx)}
        ) as one
      )
      select branch_id as "branchId", day::text as day, before::text as before,
        count(*)::integer as customers
      from at_branches group by branch_id, day, before
      union all
      select null, day::text, before::text, count(*)::integer from anywhere group by day, before`,
  );
}

/** What became of rows of as many customers: each with how many more there are. */
export function findDifference<Row extends { customers: number }>(
  was: readonly Row[],
  is: readonly Row[],
): Row[] {
  const rows = new Map<string, Row>();
  const add = (row: Row, sign: 1 | -1) => {
    const key = JSON.stringify({ ...row, customers: null });
    const customers = (rows.get(key)?.customers ?? 0) + sign * row.customers;
    rows.set(key, { ...row, customers });
  };
  for (const row of was) add(row, -1);
  for (const row of is) add(row, 1);
  return [...rows.values()].filter(({ customers }) => customers !== 0);
}

export async function addReturns(tx: TenantTransaction, rows: readonly Return[]): Promise<void> {
  const at = rows.filter(({ branchId }) => branchId !== null);
  const anywhere = rows.filter(({ branchId }) => branchId === null);
  const column = (of: readonly Return[], key: keyof Return) =>
    writePlainArray(of.map((row) => row[key]));
  const days = (of: readonly Return[]) => sql`${column(of, "day")}::date[],
    ${column(of, "before")}::date[], ${column(of, "customers")}::integer[]`;
  if (at.length > 0) {
    const ids = sql`${column(at, "branchId")}::uuid[]`;
    await run(
      tx,
      sql`insert into report_returns (tenant_id, branch_id, day, before, customers)
          select ${tx.tenantId}::uuid, more.* from unnest(${ids}, ${days(at)})
            as more (branch_id, day, before, customers)
          on conflict (tenant_id, branch_id, day, before)
            do update set customers = report_returns.customers + excluded.customers`,
    );
    await run(
      tx,
      sql`delete from report_returns as told
          using unnest(${ids}, ${days(at)}) as more (branch_id, day, before, customers)
          where told.tenant_id = ${tx.tenantId} and told.branch_id = more.branch_id
            and told.day = more.day and told.before = more.before and told.customers = 0`,
    );
    await foldBranchDays(
      tx,
      sql`select distinct changed.branch_id, changed.day
          from unnest(${ids}, ${column(at, "day")}::date[]) as changed (branch_id, day)`,
    );
  }
  if (anywhere.length === 0) return;
  await run(
    tx,
    sql`insert into report_company_returns (tenant_id, day, before, customers)
        select ${tx.tenantId}::uuid, more.* from unnest(${days(anywhere)})
          as more (day, before, customers)
        on conflict (tenant_id, day, before)
          do update set customers = report_company_returns.customers + excluded.customers`,
  );
  await run(
    tx,
    sql`delete from report_company_returns as told
        using unnest(${days(anywhere)}) as more (day, before, customers)
        where told.tenant_id = ${tx.tenantId} and told.day = more.day
          and told.before = more.before and told.customers = 0`,
  );
  await foldCompanyDays(
    tx,
    sql`select distinct changed.day from unnest(${column(anywhere, "day")}::date[])
      as changed (day)`,
  );
}

/** Of a branch whose days were counted anew. What is counted over all branches waits for the last. */
export async function sumBranchReturns(tx: TenantTransaction, branchId: string): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into report_returns (tenant_id, branch_id, day, before, customers)
        select ${tenantId}::uuid, ${branchId}::uuid, day, before, count(*)::integer
        from (
          select came.day, ${lag(sql`came.customer_id`)} as before
          from report_day_customers as came
          where came.tenant_id = ${tenantId} and came.branch_id = ${branchId}
        ) as days group by day, before
        on conflict (tenant_id, branch_id, day, before) do nothing`,
  );
  await foldBranch(tx, branchId);
  await forgetCompany(tx);
}

/** What is counted of customers over all branches is to be counted anew. */
export const forgetCompany = (tx: TenantTransaction): Promise<void> =>
  run(
    tx,
    sql`update report_locks set company_is_stale = true, company_summed_through = null
        where tenant_id = ${tx.tenantId}`,
  );

/** Whether what is counted over all branches waits for them to be counted. */
export async function isCompanyStale(tx: TenantTransaction): Promise<boolean> {
  const row = await findRow(
    tx,
    sql<{ isStale: boolean }>`
      select company_is_stale as "isStale" from report_locks where tenant_id = ${tx.tenantId}`,
  );
  return row?.isStale ?? false;
}

/**
 * Over all branches, once each of them was counted: the next stretch of customers. True where there are
 * more; what is counted is told once there are none.
 */
export async function sumCompanyReturns(
  tx: TenantTransaction,
  daysAtOnce = COMPANY_DAYS_AT_ONCE,
): Promise<boolean> {
  const { tenantId } = tx;
  const summed = await findRow(
    tx,
    sql<{ through: string | null }>`
      select company_summed_through as through from report_locks where tenant_id = ${tenantId}`,
  );
  const after = summed?.through ?? NOBODY;
  if (after === NOBODY)
    for (const table of ["report_company_returns", "report_company_cohorts"])
      await run(tx, sql`delete from ${sql.table(table)} where tenant_id = ${tenantId}`);
  const last = await findRow(
    tx,
    sql<{ id: string }>`
      select customer_id as id from report_day_customers
      where tenant_id = ${tenantId} and customer_id > ${after}
      order by customer_id offset ${daysAtOnce - 1} limit 1`,
  );
  const through = last?.id ?? EVERYBODY;
  const days = sql`
    select distinct came.customer_id, came.day from report_day_customers as came
    where came.tenant_id = ${tenantId}
      and came.customer_id > ${after} and came.customer_id <= ${through}`;
  await insertCohorts(tx, days);
  await run(
    tx,
    sql`insert into report_company_returns (tenant_id, day, before, customers)
        select ${tenantId}::uuid, day, before, count(*)::integer
        from (
          select days.day, ${lag(sql`days.customer_id`)} as before from (${days}) as days
        ) as one group by day, before
        on conflict (tenant_id, day, before)
          do update set customers = report_company_returns.customers + excluded.customers`,
  );
  if (last === null) {
    await sumCompanyHours(tx);
    await foldCompanyDays(
      tx,
      sql`select told.day from report_company_returns as told where told.tenant_id = ${tenantId}
        union select folded.day from report_company_day_returns as folded
          where folded.tenant_id = ${tenantId}`,
    );
  }
  await run(
    tx,
    sql`update report_locks
        set company_is_stale = ${last !== null}, company_summed_through = ${last?.id ?? null}::uuid
        where tenant_id = ${tenantId}`,
  );
  return last !== null;
}
