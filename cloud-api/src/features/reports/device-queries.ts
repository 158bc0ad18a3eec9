import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { isWithin } from "./figure-queries.ts";
import type { Filter } from "./filter.ts";
import type { DeviceWord } from "./rules.ts";
import { isAmong } from "./source-queries.ts";

/** By what its browser said of it. */
export type DescribedBy = "system" | "form";
export type DescribedRow = { branchId: string; name: DeviceWord; visits: number };

/** Visits of each branch by what their device runs, or is. */
export function countDescribed(
  tx: TenantTransaction,
  { filter, by }: { filter: Filter; by: DescribedBy },
): Promise<DescribedRow[]> {
  return listRows(
    tx,
    sql<DescribedRow>`
      select told.branch_id as "branchId", ${sql.ref(`told.${by}`)} as name,
        count(*)::integer as visits
      from report_visits as told
      where told.tenant_id = ${tx.tenantId} and ${isWithin("told", filter)}
        and ${isAmong("told", filter)}
      group by 1, 2`,
  );
}
