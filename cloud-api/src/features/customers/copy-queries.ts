import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";
import { type FieldRow, fieldColumns, fieldTables } from "./page-queries.ts";

/** What was said of each field before the last word on it, the newest first. */
export async function listEarlierFields(
  tx: TenantTransaction,
  customerId: string,
): Promise<FieldRow[]> {
  return await listRows(
    tx,
    sql<FieldRow>`
      select said.field, said.value, said."givenBy", said."givenAt", said."staffId",
        said."branchId", said."branchName", said."termsVersion"
      from (
        select ${fieldColumns}, told.merge_id, row_number() over (
          partition by told.field order by told.given_at desc, told.event_id desc) as place
        from ${fieldTables}
        where guests.tenant_id = ${tx.tenantId} and guests.customer_id = ${customerId}
      ) as said
      where said.place > 1 and said.merge_id is null and said.value <> ''
      order by said."givenAt" desc, said.field`,
  );
}
