import { findRow, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Sort } from "./list-rules.ts";
import type { ColumnsBody } from "./schema.ts";

/** What somebody of the staff has chosen; null: nothing. */
export function findColumns(tx: TenantTransaction, staffId: string) {
  return findRow(
    tx,
    sql<{ columns: string[]; sort: Sort }>`
      select columns, sort from customer_columns
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId}`,
  );
}

export function saveColumns(
  tx: TenantTransaction,
  staffId: string,
  { columns, sort }: ColumnsBody,
) {
  return run(
    tx,
    sql`insert into customer_columns (tenant_id, staff_id, columns, sort)
        values (${tx.tenantId}, ${staffId}, ${columns}::text[], ${sort})
        on conflict (tenant_id, staff_id) do update set columns = excluded.columns,
          sort = excluded.sort`,
  );
}
