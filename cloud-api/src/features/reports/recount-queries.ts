import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { insertBranchCustomers, KEPT_COLUMNS, selectVisits } from "./count-queries.ts";
import { replaceHours, sumDays } from "./hour-queries.ts";
import { keepPeaksOfBranch } from "./peak-queries.ts";
import { sumBranchReturns } from "./return-queries.ts";
import { forgetSteps } from "./sign-in-queries.ts";
import { keepUseOfBranch } from "./use-sum-queries.ts";
import { recountWaysIn } from "./way-in-list-queries.ts";
import { forgetWaysIn } from "./way-in-queries.ts";

const REPLACED = [
  ...["report_visits", "report_day_customers", "report_branch_customers"],
  ...["report_returns", "report_day_returns", "report_peaks", "report_peaks_due"],
  ...["report_use", "report_use_due"],
];

const OF_COMPANY = [
  ...["report_company_returns", "report_company_day_returns", "report_company_cohorts"],
];

/** Counts all of a branch anew, by the clock it has now. */
export async function recountBranch(tx: TenantTransaction, branchId: string): Promise<void> {
  const { tenantId } = tx;
  for (const table of REPLACED)
    await run(
      tx,
      sql`delete from ${sql.table(table)}
          where tenant_id = ${tenantId} and branch_id = ${branchId}`,
    );
  await run(
    tx,
    sql`update report_clocks set time_zone = branches.time_zone, day_starts_hour = wanted_hour
        from branches
        where report_clocks.tenant_id = ${tenantId} and report_clocks.branch_id = ${branchId}
          and branches.tenant_id = ${tenantId} and branches.id = ${branchId}`,
  );
  await run(
    tx,
    sql`insert into report_visits (tenant_id, ${KEPT_COLUMNS})
        select ${tenantId}::uuid, ${KEPT_COLUMNS}
        from (${selectVisits(tx)} and visits.branch_id = ${branchId}) as told
        on conflict (tenant_id, visit_id) do nothing`,
  );
  const source = sql`select 1 as sign, kept.*, null::timestamptz as told_at, clocks.time_zone, clocks.day_starts_hour
    from report_visits as kept
    join report_clocks as clocks
      on clocks.tenant_id = ${tenantId} and clocks.branch_id = kept.branch_id
    where kept.tenant_id = ${tenantId} and kept.branch_id = ${branchId}`;
  await replaceHours(tx, { branchId, source });
  await sumDays(tx, branchId);
  await keepPeaksOfBranch(tx, branchId);
  await keepUseOfBranch(tx, branchId);
  await run(
    tx,
    sql`insert into report_day_customers (tenant_id, branch_id, day, customer_id, visits)
        select ${tenantId}::uuid, branch_id, day, customer_id, count(*)::integer
        from report_visits
        where tenant_id = ${tenantId} and branch_id = ${branchId} and customer_id is not null
        group by branch_id, day, customer_id
        on conflict (tenant_id, branch_id, day, customer_id) do nothing`,
  );
  await run(tx, insertBranchCustomers(tx, sql`came.branch_id = ${branchId}`));
  await sumBranchReturns(tx, branchId);
  await recountWaysIn(tx, branchId);
  await run(
    tx,
    sql`update report_faults set mended_at = ${tx.now}
        where tenant_id = ${tenantId} and branch_id = ${branchId} and mended_at is null`,
  );
}

/** Empties what was counted; the clocks stay. */
export async function forgetReports(tx: TenantTransaction): Promise<void> {
  await forgetSteps(tx);
  await forgetWaysIn(tx);
  for (const table of [...REPLACED, "report_days", ...OF_COMPANY])
    await run(tx, sql`delete from ${sql.table(table)} where tenant_id = ${tx.tenantId}`);
}

export function insertRecounts(tx: TenantTransaction, branchIds: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`insert into report_recounts (tenant_id, branch_id, asked_at)
        select ${tx.tenantId}::uuid, asked.id, ${tx.now}::timestamptz
        from unnest(${branchIds}::uuid[]) as asked (id)
        on conflict (tenant_id, branch_id) do nothing`,
  );
}

/** The branches in reach, and how many of them wait. */
export function countRecounts(
  tx: TenantTransaction,
): Promise<{ branches: number; waiting: number }> {
  return getRow(
    tx,
    sql<{ branches: number; waiting: number }>`
      select count(*)::integer as branches, count(waiting.branch_id)::integer as waiting
      from branches
      left join report_recounts as waiting
        on waiting.tenant_id = ${tx.tenantId} and waiting.branch_id = branches.id
      where branches.tenant_id = ${tx.tenantId}`,
  );
}

export async function listBranchIds(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select id from branches where tenant_id = ${tx.tenantId} order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Takes the branch that has waited longest off the list, if there is one. */
export async function takeRecount(tx: TenantTransaction): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ branchId: string }>`
      delete from report_recounts
      where tenant_id = ${tx.tenantId} and branch_id = (
        select waiting.branch_id from report_recounts as waiting
        where waiting.tenant_id = ${tx.tenantId}
        order by waiting.asked_at, waiting.branch_id limit 1)
      returning branch_id as "branchId"`,
  );
  return row?.branchId ?? null;
}

export type BranchClock = { branchId: string; timeZone: string; dayStartsHour: number };

/** When the days of the branches in reach are to begin. */
export function listClocks(tx: TenantTransaction): Promise<BranchClock[]> {
  return listRows(
    tx,
    sql<BranchClock>`
      select branches.id as "branchId", branches.time_zone as "timeZone",
        coalesce(clocks.wanted_hour, 0)::integer as "dayStartsHour"
      from branches
      left join report_clocks as clocks
        on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = branches.id
      where branches.tenant_id = ${tx.tenantId} order by branches.name, branches.id`,
  );
}

/** Gives those of the branches whose days are to begin at another hour than they were. */
export async function updateDayStart(
  tx: TenantTransaction,
  { branchIds, hour }: { branchIds: readonly string[]; hour: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      update report_clocks set wanted_hour = ${hour}
      where tenant_id = ${tx.tenantId} and branch_id = any(${branchIds}::uuid[])
        and wanted_hour <> ${hour}
      returning branch_id as id`,
  );
  return rows.map(({ id }) => id);
}
