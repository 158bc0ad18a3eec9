import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";

export type RefusalRow = { branchId: string; id: string; reason: string; count: number };

/**
 * How often access controllers were told no, and why: by the hour of the branch's clock in which the box's
 * hour began. Nothing of a guest is kept of it.
 */
export function sumRefusals(tx: TenantTransaction, filter: Filter): Promise<RefusalRow[]> {
  const { from, to } = filter.period;
  return listRows(
    tx,
    sql<RefusalRow>`
      select told.branch_id as "branchId", told.nas_id as id, told.reason,
        sum(told.count)::bigint as count
      from (
        select refusals.branch_id, refusals.nas_id, refusals.reason, refusals.count,
          ((refusals.at at time zone clocks.time_zone)
            - make_interval(hours => clocks.day_starts_hour))::date as day,
          extract(hour from refusals.at at time zone clocks.time_zone)::smallint as hour
        from nas_refusals as refusals
        join report_clocks as clocks
          on clocks.tenant_id = ${tx.tenantId} and clocks.branch_id = refusals.branch_id
        where refusals.tenant_id = ${tx.tenantId}
          and refusals.at >= (${from}::date - 2)::timestamp at time zone 'UTC'
          and refusals.at < (${to}::date + 3)::timestamp at time zone 'UTC'
      ) as told
      where ${isWithin("told", filter)}
      group by told.branch_id, told.nas_id, told.reason
      order by count desc, told.reason, told.nas_id`,
  );
}
