import type { BranchKind } from "../../platform/branch-kinds.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

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

/** The branches of a brand that are places of a kind now; null: of whichever. */
export async function listBranchesOf(
  tx: TenantTransaction,
  { brandId, kind }: { brandId: string | null; kind: BranchKind | null },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select id from branches
      where tenant_id = ${tx.tenantId}
        and (${brandId}::uuid is null or brand_id = ${brandId}::uuid)
        and (${kind}::text is null or kind = ${kind}::text)
      order by id`,
  );
  return rows.map(({ id }) => id);
}

export type BrandedRow = { id: string; brandId: string | null };

/** Of which brands some branches are, held to the commit. */
export function lockBrandsOf(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<BrandedRow[]> {
  return listRows(
    tx,
    sql<BrandedRow>`
      select id, brand_id as "brandId" from branches
      where tenant_id = ${tx.tenantId} and id = any(${branchIds}::uuid[]) order by id for update`,
  );
}

/** Puts branches under a brand. */
export function updateBrandOf(
  tx: TenantTransaction,
  { brandId, branchIds }: { brandId: string; branchIds: readonly string[] },
): Promise<void> {
  return run(
    tx,
    sql`update branches set brand_id = ${brandId}
        where tenant_id = ${tx.tenantId} and id = any(${branchIds}::uuid[])`,
  );
}
