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

/** Keeps the addresses that a customer has verified. One may have moved: the newest word has it. */
export function keepKnownEmails(tx: Transaction, { customerId, emailHashes }: KnownGuest): void {
  tx.sql("delete from known_emails where customer_id = ?").run(customerId);
  for (const hash of emailHashes ?? [])
    tx.sql(
      `insert into known_emails (email_hash, customer_id) values (?, ?)
       on conflict (email_hash) do update set customer_id = excluded.customer_id`,
    ).run(hash, customerId);
}

/** Whose an address is, by its keyed hash; null where the cloud has told of nobody. */
export function findCustomerByEmailHash(tx: Reader, hash: string): string | null {
  const row = tx.sql("select customer_id from known_emails where email_hash = ?").get(hash) as
    | { customer_id: string }
    | undefined;
  return row?.customer_id ?? null;
}
