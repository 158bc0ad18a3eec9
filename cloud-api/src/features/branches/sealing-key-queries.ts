import { findRow, getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** `sealed`: its private half, under a key that is not in the database. */
export type SealingKeyRow = { name: string; publicKey: string; sealed: Buffer };

/** More were made of late only where processes with different secrets share the database. */
const KEYS_LOOKED_AT = 20;

/** The newest first. */
export function listKeysSince(tx: TenantTransaction, since: Date): Promise<SealingKeyRow[]> {
  return listRows(
    tx,
    sql<SealingKeyRow>`
      select name, public_key as "publicKey", private_key as sealed from sealing_keys
      where tenant_id = ${tx.tenantId} and made_at > ${since}
      order by number desc limit ${KEYS_LOOKED_AT}`,
  );
}

export async function findTopNumber(tx: TenantTransaction): Promise<number> {
  const { top } = await getRow(
    tx,
    sql<{ top: number }>`
      select coalesce(max(number), 0) as top from sealing_keys where tenant_id = ${tx.tenantId}`,
  );
  return top;
}

/** False where another call has made the key of this number. */
export async function insertKey(
  tx: TenantTransaction,
  key: SealingKeyRow & { number: number },
): Promise<boolean> {
  const made = await findRow(
    tx,
    sql<{ number: number }>`
      insert into sealing_keys (tenant_id, number, name, public_key, private_key, made_at)
      values (${tx.tenantId}, ${key.number}, ${key.name}, ${key.publicKey}, ${key.sealed},
        ${tx.now})
      on conflict (tenant_id, number) do nothing returning number`,
  );
  return made !== null;
}

export async function findPrivateKey(tx: TenantTransaction, name: string): Promise<Buffer | null> {
  const row = await findRow(
    tx,
    sql<{ sealed: Buffer }>`
      select private_key as sealed from sealing_keys
      where tenant_id = ${tx.tenantId} and name = ${name}`,
  );
  return row?.sealed ?? null;
}
