import { getRow, sql, type TenantTransaction } from "../../platform/db.ts";

/** Whether some box of a branch that the transaction reaches knows the customer. */
export async function isCustomerLinked(
  tx: TenantTransaction,
  customerId: string,
): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ linked: boolean }>`
      select exists (
        select from guests
        where tenant_id = ${tx.tenantId} and customer_id = ${customerId}
          and (${tx.branchIds}::uuid[] is null or branch_id = any(${tx.branchIds}::uuid[]))
      ) as linked`,
  );
  return row.linked;
}
