import type { KnownGuest } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";

/** Customers whom the cloud takes back. */
export type TakenBack = { all: boolean; removed: readonly string[] };

/** Before the cloud's word is taken in: what it takes back, or all where it begins to tell all anew. */
export function forgetKnownEmails(tx: Transaction, { all, removed }: TakenBack): void {
  if (all) tx.sql("delete from known_emails").run();
  for (const customerId of removed)
    tx.sql("delete from known_emails where customer_id = ?").run(customerId);
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
