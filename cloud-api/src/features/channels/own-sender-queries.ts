import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** By which sender the boxes of a branch ask a provider themselves; null: by none. */
export async function findOwnSenderId(
  tx: TenantTransaction,
  branchId: string,
): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ senderId: string }>`select sender_id as "senderId" from own_senders
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId}`,
  );
  return row?.senderId ?? null;
}

/** By which sender the boxes of branches ask, by branch; one for which nothing was chosen is not in it. */
export async function listOwnSenderIds(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ branchId: string; senderId: string }>`
      select branch_id as "branchId", sender_id as "senderId" from own_senders
      where tenant_id = ${tx.tenantId} and branch_id = any(${branchIds}::uuid[])`,
  );
  return new Map(rows.map(({ branchId, senderId }) => [branchId, senderId]));
}

/** The branches whose boxes ask by a sender, by id. */
export async function listOwnBranchIds(tx: TenantTransaction, senderId: string): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ branchId: string }>`select branch_id as "branchId" from own_senders
      where tenant_id = ${tx.tenantId} and sender_id = ${senderId} order by branch_id`,
  );
  return rows.map(({ branchId }) => branchId);
}

/** Null: their boxes ask nobody. */
export async function setOwnSender(
  tx: TenantTransaction,
  { branchId, senderId }: { branchId: string; senderId: string | null },
): Promise<void> {
  if (senderId === null)
    return await run(
      tx,
      sql`delete from own_senders where tenant_id = ${tx.tenantId} and branch_id = ${branchId}`,
    );
  await run(
    tx,
    sql`insert into own_senders (tenant_id, branch_id, sender_id)
        values (${tx.tenantId}, ${branchId}, ${senderId})
        on conflict (tenant_id, branch_id) do update set sender_id = excluded.sender_id`,
  );
}
