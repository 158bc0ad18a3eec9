import type { KnownGuest } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

/** What is told of customers beside their own rows, which name them by the octets of the id that is a text here. */
const TOLD_BESIDE = ["known_emails", "known_member_codes"] as const;

/** Takes back what the cloud told of customers. */
export function forgetToldOf(tx: Transaction, customerIds: readonly string[]): void {
  for (const table of TOLD_BESIDE)
    for (const customerId of customerIds)
      tx.sql(`delete from ${table} where customer_id = ?`).run(customerId);
}

/** Once all are told anew: what was told before has served the pages until then, and is nobody's now. */
export function forgetOfNobody(tx: Transaction): void {
  for (const table of TOLD_BESIDE)
    tx.sql(
      `delete from ${table} where not exists (select 1 from known_guests
         where known_guests.customer_id = unhex(replace(${table}.customer_id, '-', '')))`,
    ).run();
}

/**
 * Keeps the addresses that a customer has verified, and in the same table their numbers after the first:
 * a keyed hash says by itself what it is of. One may have moved: the newest word has it.
 */
export function keepKnownEmails(tx: Transaction, guest: KnownGuest): void {
  const { customerId, phoneHashes = [], emailHashes = [] } = guest;
  tx.sql("delete from known_emails where customer_id = ?").run(customerId);
  for (const hash of [...phoneHashes, ...emailHashes])
    tx.sql(
      `insert into known_emails (email_hash, customer_id) values (?, ?)
       on conflict (email_hash) do update set customer_id = excluded.customer_id`,
    ).run(hash, customerId);
}

/** Whose an address is, or a number after the first, by its keyed hash; null where the cloud has told of nobody. */
export function findCustomerByHash(tx: Reader, hash: string): string | null {
  const row = tx.sql("select customer_id from known_emails where email_hash = ?").get(hash) as
    | { customer_id: string }
    | undefined;
  return row?.customer_id ?? null;
}
