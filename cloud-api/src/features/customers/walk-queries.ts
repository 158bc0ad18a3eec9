import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** Before every id: where a walk through all customers begins. */
export const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** The next customers in the order of their ids, whoever was forgotten among them. */
export async function listCustomersAfter(
  tx: TenantTransaction,
  { after, limit }: { after: string; limit: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from customers where tenant_id = ${tx.tenantId} and id > ${after}
      order by id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** How many such a walk goes past. */
export async function countWalked(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customers where tenant_id = ${tx.tenantId}`,
  );
  return row.count;
}
