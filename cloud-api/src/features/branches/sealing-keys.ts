import type { KeyObject } from "node:crypto";
import { makeX25519, nameSealingKey, readX25519Private, type SealingKey } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import type { Sealing } from "../../platform/sealing.ts";
import { findPrivateKey, findTopNumber, insertKey, listKeysSince } from "./sealing-key-queries.ts";

/** After so long boxes are told another one. */
export const SEALING_KEY_DAYS = 90;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The key that the company's boxes seal to from now on: the newest that is young and opens here, or a new
 * one. A process with another `secrets-key` opens none of the others', and tells its own.
 */
export async function provideSealingKey(
  tx: TenantTransaction,
  sealing: Sealing,
): Promise<SealingKey> {
  const since = new Date(tx.now.getTime() - SEALING_KEY_DAYS * DAY_MS);
  // Read before the keys: one that is made meanwhile is among them, or has the number that is next here.
  const number = (await findTopNumber(tx)) + 1;
  for (const { name, publicKey, sealed } of await listKeysSince(tx, since))
    if (openKey(tx, sealing, { name, sealed })) return { id: name, publicKey };
  const { publicKey, privateKey } = makeX25519();
  const id = nameSealingKey(publicKey);
  const sealed = sealing.seal(privateKey, placeOf(tx, id));
  // Of two that are made at once one stays, and both calls tell that one.
  const isMade = await insertKey(tx, { number, name: id, publicKey, sealed });
  return isMade ? { id, publicKey } : provideSealingKey(tx, sealing);
}

/** The private half of a key of this company; null: it never was one of its keys, or opens here no more. */
export async function openSealingKey(
  tx: TenantTransaction,
  sealing: Sealing,
  name: string,
): Promise<KeyObject | null> {
  const sealed = await findPrivateKey(tx, name);
  return sealed && openKey(tx, sealing, { name, sealed });
}

const placeOf = (tx: TenantTransaction, name: string) => `sealing-keys/${tx.tenantId}/${name}`;

function openKey(
  tx: TenantTransaction,
  sealing: Sealing,
  { name, sealed }: { name: string; sealed: Buffer },
): KeyObject | null {
  try {
    return readX25519Private(sealing.open(sealed, placeOf(tx, name)));
  } catch {
    return null;
  }
}
