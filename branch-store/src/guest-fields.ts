import { findKnownFields, isKnownGuest } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";

/** When a field was asked for last. */
export type AskedBefore = {
  key: string;
  times: number;
  lastAt: Date;
  /** The guest's visit number then. */
  lastVisit: number;
};

/** What is known of a guest's fields, for choosing what to ask. */
export type FieldsState = {
  /** Keys of fields that were given, here or anywhere in the tenant. */
  given: ReadonlySet<string>;
  /** Those of them that signing in proved: no answer to a question. */
  proved: ReadonlySet<string>;
  asked: readonly AskedBefore[];
  /** Whether the cloud knows the guest from elsewhere. */
  isKnown: boolean;
};

export function findFieldsState(tx: Reader, guestId: string): FieldsState {
  const own = tx
    .sql(
      `select 'name' as key from guests where id = $guestId and name is not null
       union all select 'email' from guests where id = $guestId and email is not null
       union all select 'birthday' from guests where id = $guestId and birthday is not null
       union all select key from guest_fields where guest_id = $guestId`,
    )
    .all({ guestId }) as { key: string }[];
  const asked = tx
    .sql("select key, times, last_at, last_visit from asked_fields where guest_id = ?")
    .all(guestId) as { key: string; times: number; last_at: number; last_visit: number }[];
  const isEmailProved = tx
    .sql(
      "select 1 from guests where id = ? and verified_email is not null and email = verified_email",
    )
    .get(guestId);
  return {
    proved: new Set(isEmailProved ? ["email"] : []),
    given: new Set([...own.map(({ key }) => key), ...findKnownFields(tx, guestId)]),
    asked: asked.map(({ key, times, last_at, last_visit }) => ({
      ...{ key, times, lastAt: new Date(last_at), lastVisit: last_visit },
    })),
    isKnown: isKnownGuest(tx, guestId),
  };
}

/** Notes that the guest was asked for fields on this visit, whether they gave them or not. */
export function noteAsked(
  tx: Transaction,
  { guestId, keys, visitNumber }: { guestId: string; keys: readonly string[]; visitNumber: number },
): void {
  for (const key of keys)
    tx.sql(
      `insert into asked_fields (guest_id, key, times, last_at, last_visit) values (?, ?, 1, ?, ?)
       on conflict (guest_id, key) do update set
         times = times + (last_visit <> excluded.last_visit),
         last_at = excluded.last_at, last_visit = excluded.last_visit`,
    ).run(guestId, key, tx.now.getTime(), visitNumber);
}

/** Values of the tenant's own fields that this guest gave here: key → value. */
export function listOwnFields(tx: Reader, guestId: string): Record<string, string> {
  const rows = tx
    .sql("select key, value from guest_fields where guest_id = ? order by key")
    .all(guestId) as { key: string; value: string }[];
  return Object.fromEntries(
    rows.map(({ key, value }) => [key, tx.columns.unlock("guest_fields.value", value)]),
  );
}

/** Keeps own fields; the caller tells of them. */
export function keepOwnFields(
  tx: Transaction,
  { guestId, own }: { guestId: string; own: Readonly<Record<string, string>> },
): void {
  for (const [key, value] of Object.entries(own))
    tx.sql(
      `insert into guest_fields (guest_id, key, value) values (?, ?, ?)
       on conflict (guest_id, key) do update set value = excluded.value`,
    ).run(guestId, key, tx.columns.lock("guest_fields.value", value));
}
