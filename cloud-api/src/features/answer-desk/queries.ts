import { findRow, sql, type TenantTransaction } from "../../platform/db.ts";

/** False when it was told already. */
export async function insertTaken(
  tx: TenantTransaction,
  { id, branchId }: { id: string; branchId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into taken_answers (tenant_id, id, branch_id, told_at)
        values (${tx.tenantId}, ${id}, ${branchId}, ${tx.now})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return row !== null;
}
