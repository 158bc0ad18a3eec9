import {
  type DirectoryTransaction,
  findRow,
  getRow,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";

export type NewLink = { tokenHash: Buffer; customerId: string; expiresAt: Date };

/** Makes a customer's link; the one before ends. Those of records that are part of theirs do not. */
export function insertLink(
  tx: TenantTransaction,
  { tokenHash, customerId, expiresAt }: NewLink,
): Promise<void> {
  return run(
    tx,
    sql`select directory.add_own_profile_link(${tokenHash}, ${customerId}::uuid, ${tx.now},
          ${expiresAt})`,
  );
}

/** False where there was none. */
export async function deleteLink(tx: TenantTransaction, customerId: string): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ removed: boolean }>`
      select directory.remove_own_profile_link(${customerId}::uuid) as removed`,
  );
  return row.removed;
}

export type FoundLink = { tenantId: string; customerId: string };

/** Whose page a link opens; null where it has ended or never was. */
export function findLink(tx: DirectoryTransaction, tokenHash: Buffer): Promise<FoundLink | null> {
  return findRow(
    tx,
    sql<FoundLink>`
      select tenant_id as "tenantId", customer_id as "customerId"
      from directory.find_profile_link(${tokenHash}, ${tx.now})`,
  );
}
