import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { SignInStep } from "./rules.ts";
import { selectWaysIn } from "./way-in-list-queries.ts";

export type StepTaken = { branchId: string; at: string; step: SignInStep; detail: string };

/** Counts steps in the hour of their branch's clock. */
export async function countSteps(
  tx: TenantTransaction,
  taken: readonly StepTaken[],
): Promise<void> {
  if (taken.length === 0) return;
  const { tenantId } = tx;
  await run(
    tx,
    sql`insert into report_sign_ins (tenant_id, branch_id, day, hour, step, detail, count)
        select ${tenantId}::uuid, taken."branchId",
          ((taken.at at time zone clocks.time_zone)
            - make_interval(hours => clocks.day_starts_hour))::date,
          extract(hour from taken.at at time zone clocks.time_zone)::smallint,
          taken.step, taken.detail, count(*)::integer
        from jsonb_to_recordset(${JSON.stringify(taken)}::jsonb)
          as taken ("branchId" uuid, at timestamptz, step text, detail text)
        join report_clocks as clocks
          on clocks.tenant_id = ${tenantId} and clocks.branch_id = taken."branchId"
        group by 2, 3, 4, 5, 6
        on conflict (tenant_id, branch_id, day, hour, step, detail)
          do update set count = report_sign_ins.count + excluded.count`,
  );
}

export type StepCount = { step: SignInStep; detail: string; count: number };

/** What is kept of them; of some guests alone, the ways in that were theirs, one by one. */
export function sumSteps(tx: TenantTransaction, filter: Filter): Promise<StepCount[]> {
  if (filter.narrowed) return countWaysIn(tx, filter);
  return listRows(
    tx,
    sql<StepCount>`
      select told.step, told.detail, sum(told.count)::integer as count
      from report_sign_ins as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
      group by told.step, told.detail order by 3 desc, 2`,
  );
}

function countWaysIn(tx: TenantTransaction, filter: Filter): Promise<StepCount[]> {
  return listRows(
    tx,
    sql<StepCount>`
      select 'online' as step, told.method as detail, count(*)::integer as count
      from (${selectWaysIn(tx, filter)}) as told
      where told.tenant_id = ${tx.tenantId}
      group by told.method order by 3 desc, 2`,
  );
}

export function forgetSteps(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from report_sign_ins where tenant_id = ${tx.tenantId}`);
}
