import { isSealingKey, type SealingKey } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

/** The key to which this box seals what is personal in its events; null: the cloud has told none. */
export function findSealingKey(tx: Reader): SealingKey | null {
  const row = tx.sql(`select key_id as id, public_key as "publicKey" from sealing_key`).get();
  return (row as SealingKey | undefined) ?? null;
}

/** Keeps the key that the cloud tells. False where it is none: the one before stays. */
export function keepSealingKey(tx: Transaction, key: SealingKey): boolean {
  if (!isSealingKey(key)) return false;
  tx.sql(
    `insert into sealing_key (id, key_id, public_key) values (1, ?, ?)
     on conflict (id) do update set key_id = excluded.key_id, public_key = excluded.public_key`,
  ).run(key.id, key.publicKey);
  return true;
}
