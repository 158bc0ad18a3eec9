import { createHmac, randomBytes } from "node:crypto";
import type { KnownGuest } from "@foyer/contract";
import { toIdBlob } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";

const KEY_BYTES = 32;

/** Whether this guest was forgotten: nothing of them may be kept any more. */
export function isErasedGuest(tx: Reader, guestId: string): boolean {
  const row = tx.sql("select 1 from erased_guests where guest_id = ?").get(guestId);
  return row !== undefined;
}

/** Another whenever a guest was forgotten, on whoever's word. */
export function findLastErasedRow(tx: Reader): number {
  const row = tx.sql("select max(rowid) as last from erased_guests").get();
  return (row as { last: number | null }).last ?? 0;
}

/**
 * What stands for a number whose guest was forgotten: a hash under a key that never leaves the box.
 * Null on a box that has forgotten nobody.
 */
export function findPhoneMark(tx: Reader, phone: string): string | null {
  const { key } = tx.sql("select erasure_key as key from meta").get() as { key: string | null };
  if (key === null) return null;
  const octets = Buffer.from(tx.columns.unlock("meta.erasure_key", key), "base64");
  return createHmac("sha256", octets).update(phone).digest("hex");
}

/** As findPhoneMark, and makes the key where there is none. */
export function makePhoneMark(tx: Transaction, phone: string): string {
  const key = randomBytes(KEY_BYTES).toString("base64");
  tx.sql("update meta set erasure_key = ? where erasure_key is null").run(
    tx.columns.lock("meta.erasure_key", key),
  );
  return findPhoneMark(tx, phone) as string;
}

/** Notes that a guest was forgotten. The hashes go once the cloud has forgotten them too. */
export function noteErased(
  tx: Transaction,
  erased: { guestId: string; phoneMark: string | null; phoneHash: string | null },
): void {
  tx.sql("insert into erased_guests (guest_id, phone_mark, phone_hash) values (?, ?, ?)").run(
    erased.guestId,
    erased.phoneMark,
    erased.phoneHash,
  );
}

/** Notes that a guest is known no more, though nobody asked for it. */
export function noteExpired(tx: Transaction, guestId: string): void {
  tx.sql("insert into erased_guests (guest_id, confirmed_at, expired) values (?, ?, 1)").run(
    guestId,
    tx.now.getTime(),
  );
  // Or whoever is the customer would be taken for one who asked to be forgotten.
  tx.sql("update guests set recognised_customer = null where id = ?").run(guestId);
}

/** The cloud has forgotten them: what it says about their numbers from here on is of somebody new. */
export function confirmErased(tx: Transaction, guestIds: readonly string[]): void {
  for (const guestId of guestIds) {
    tx.sql(
      `update erased_guests set confirmed_at = coalesce(confirmed_at, ?), phone_mark = null,
         phone_hash = null where guest_id = ?`,
    ).run(tx.now.getTime(), guestId);
    tx.sql(
      "update guests set recognised_customer = null where id = ? and erased_at is not null",
    ).run(guestId);
  }
}

/** Whether the guest of this number was forgotten here, and the cloud may not know that yet. */
export function isPhoneErased(tx: Reader, phone: string): boolean {
  const mark = findPhoneMark(tx, phone);
  if (mark === null) return false;
  return tx.sql("select 1 from erased_guests where phone_mark = ?").get(mark) !== undefined;
}

/** Whether the cloud tells of a guest who was forgotten here: it was told so before it heard of it. */
export function isOfErasedGuest(tx: Reader, told: KnownGuest): boolean {
  const { customerId, guestIds, phoneHash, phoneHashes = [] } = told;
  const asked = tx.sql("select 1 from erased_guests where guest_id = ? and expired = 0");
  if (guestIds.some((guestId) => asked.get(guestId) !== undefined)) return true;
  const recognised = tx.sql(
    "select 1 from guests where recognised_customer = ? and erased_at is not null",
  );
  if (recognised.get(toIdBlob(customerId))) return true;
  const erased = tx.sql("select 1 from erased_guests where phone_hash = ?");
  return [phoneHash, ...phoneHashes].some((hash) => erased.get(hash) !== undefined);
}
