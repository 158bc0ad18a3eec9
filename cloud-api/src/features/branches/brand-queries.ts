import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** The branches of some brands, and those of the given ones that the company has. */
export async function listBranchesWithin(
  tx: TenantTransaction,
  { brandIds, branchIds }: { brandIds: readonly string[]; branchIds: readonly string[] },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from branches
      where tenant_id = ${tx.tenantId}
        and (id = any(${branchIds}::uuid[]) or brand_id = any(${brandIds}::uuid[]))
      order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Puts branches under a brand; gives how many there were. */
export async function updateBrandOf(
  tx: TenantTransaction,
  { brandId, branchIds }: { brandId: string; branchIds: readonly string[] },
): Promise<number> {
  const rows = await listRows(
    tx,
    sql`update branches set brand_id = ${brandId}
        where tenant_id = ${tx.tenantId} and id = any(${branchIds}::uuid[]) returning id`,
  );
  return rows.length;
}
