import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { listWords, sumWords, type ToldBy, type WordOf } from "./device-sum-queries.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import { daysOf, hoursOf } from "./source-queries.ts";

export type DeviceRow<By extends ToldBy> = { branchId: string; name: WordOf<By>; visits: number };

/** Visits of each branch by what their device runs, is, or has for an address. */
export function countByDevice<By extends ToldBy>(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: By },
): Promise<DeviceRow<By>[]> {
  const table = filter.hours ? hoursOf(tx, filter) : daysOf(tx, filter);
  return listRows(
    tx,
    sql<DeviceRow<By>>`
      with summed as (
        select told.branch_id, ${sumWords("told", by)} from ${table} as told
        where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
        group by told.branch_id
      )
      select summed.branch_id as "branchId", named.name, named.visits::integer as visits
      from summed cross join lateral (values ${listWords("summed", by)}) as named (name, visits)
      where named.visits > 0`,
  );
}
