import { createHmac } from "node:crypto";
import {
  type ConsentPurpose,
  FILL_START,
  type GuestMarks,
  KNOWN_GUESTS_DEFAULT,
  type KnownGuest,
  type KnownGuests,
  type Language,
} from "@foyer/contract";
import { confirmErased, isOfErasedGuest, isPhoneErased } from "./erased-guests.ts";
import { forgetGuests } from "./guest-requests.ts";
import { insertKnownDevices } from "./known-devices.ts";
import { toHashBlob, toIdBlob, toIdText } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";
import { findEpoch } from "./outbox.ts";
import { findSettings } from "./settings.ts";

/** What the cloud told about a guest of the tenant. */
export type KnownGuestRecord = {
  customerId: string;
  name: string | null;
  language: Language | null;
  visits: number;
  /** The end of the last day on which the cloud heard of them; null: not told. */
  lastSeenAt: Date | null;
  /** MM-DD; null: not told. */
  birthday: string | null;
  /** What they agree to; null: not told. */
  consents: ConsentPurpose[] | null;
};

type KnownRow = {
  customer_id: Buffer;
  name: string | null;
  language: Language | null;
  visits: number;
  tenant_visits: number | null;
  /** Lists as JSON; null: none. */
  groups: string | null;
  tags: string | null;
  tier: string | null;
  filled_fields: string | null;
  last_seen_on: string | null;
  birthday: string | null;
  consents: string | null;
};

type PullRow = {
  guests_position: number;
  guests_key: string | null;
  guests_page: string | null;
  guests_fill: number;
  counted_epoch: string | null;
  counted_seq: number;
  commands_position: number;
  box_commands_position: number;
  codes_position: number;
};

/** A box may know so many more before those seen longest ago go: they are looked for in order. */
const OVERFLOW_SHARE = 0.01;

const readList = <T extends string>(json: string | null): T[] =>
  json === null ? [] : (JSON.parse(json) as T[]);
const writeList = (list: readonly string[] = []): string | null =>
  list.length === 0 ? null : JSON.stringify(list);

const toRecord = (row: KnownRow | null): KnownGuestRecord | null => {
  if (!row) return null;
  const { customer_id, name, language, visits, last_seen_on, birthday } = row;
  const lastSeenAt = last_seen_on === null ? null : new Date(`${last_seen_on}T23:59:59Z`);
  const consents = row.consents === null ? null : readList<ConsentPurpose>(row.consents);
  const person = { customerId: toIdText(customer_id), name, language, visits };
  return { ...person, lastSeenAt, birthday, consents };
};

const getPull = (tx: Reader): PullRow => tx.sql("select * from pull").get() as PullRow;

export type HeldPosition = {
  guests: number;
  /** The page of guests to ask for, where all are told anew. */
  guestsPage: string;
  commands: number;
  boxCommands: number;
  codes: number;
};

/** What the box holds: where the next pull goes on from. */
export function findPullPosition(tx: Reader): HeldPosition {
  const pull = getPull(tx);
  return {
    ...{ guests: pull.guests_position, guestsPage: pull.guests_page ?? FILL_START },
    ...{ commands: pull.commands_position, boxCommands: pull.box_commands_position },
    codes: pull.codes_position,
  };
}

/** Takes in what the cloud says about its guests, whole. An older word changes nothing. */
export function applyKnownGuests(tx: Transaction, known: KnownGuests): void {
  const before = getPull(tx);
  if (!known.complete && known.position < before.guests_position) return;
  const forgotten = known.erasedGuestIds ?? [];
  forgetGuests(tx, forgotten);
  confirmErased(tx, forgotten);
  const isFirst = known.complete && (known.fill?.first ?? true);
  const fill = before.guests_fill + (isFirst ? 1 : 0);
  for (const customerId of known.removed)
    tx.sql("delete from known_guests where customer_id = ?").run(toIdBlob(customerId));
  for (const guest of known.guests) keepKnownGuest(tx, guest, fill);
  const next = known.fill?.next ?? null;
  // What was held before serves the pages until the last one is here.
  if (known.complete && next === null) tx.sql("delete from known_guests where fill <> ?").run(fill);
  tx.sql(
    `update pull set guests_position = ?, guests_key = ?, guests_page = ?, guests_fill = ?,
       counted_epoch = ?, counted_seq = ?`,
  ).run(
    ...[next === null ? known.position : 0, known.key, next, fill],
    ...[known.countedThrough?.epoch ?? null, known.countedThrough?.seq ?? 0],
  );
  forgetOverflow(tx);
}

/** Takes in guests whom the box has asked for. What it holds of all others stays as it is. */
export function addKnownGuests(
  tx: Transaction,
  { key, guests }: { key: string; guests: readonly KnownGuest[] },
): void {
  const { guests_key, guests_fill } = getPull(tx);
  if (guests_key === null) tx.sql("update pull set guests_key = ?").run(key);
  // Hashes under another key than that of all the others would never be found.
  else if (guests_key !== key) return;
  for (const guest of guests) keepKnownGuest(tx, guest, guests_fill);
}

function keepKnownGuest(tx: Transaction, guest: KnownGuest, fill: number): void {
  const customerId = toIdBlob(guest.customerId);
  const phoneHash = toHashBlob(guest.phoneHash);
  // A number may have moved to another customer: the newest word has it.
  tx.sql("delete from known_guests where customer_id = ? or phone_hash = ?").run(
    ...[customerId, phoneHash],
  );
  if (isOfErasedGuest(tx, guest)) return;
  const { lastInsertRowid: knownId } = tx
    .sql(
      `insert into known_guests
         (customer_id, phone_hash, name, language, visits, tenant_visits, groups, tags, tier,
          filled_fields, last_seen_on, birthday, consents, fill)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[customerId, phoneHash, guest.name, guest.language, guest.visits],
      ...[guest.tenantVisits ?? null, writeList(guest.groups), writeList(guest.tags)],
      ...[guest.tier ?? null, writeList(guest.filledFields), guest.lastSeenOn ?? null],
      ...[guest.birthday ?? null, guest.consents ? JSON.stringify(guest.consents) : null, fill],
    );
  for (const guestId of guest.guestIds)
    tx.sql(
      `insert into known_guest_ids (guest_id, known_id) values (?, ?)
       on conflict (guest_id) do update set known_id = excluded.known_id`,
    ).run(toIdBlob(guestId), knownId);
  insertKnownDevices(tx, { knownId: Number(knownId), devices: guest.devices ?? [] });
}

/** Those who were seen longest ago fall out of what a box may hold; each can be asked for again. */
function forgetOverflow(tx: Transaction): void {
  const max = findSettings(tx)?.knownGuestsMax ?? KNOWN_GUESTS_DEFAULT;
  const { held } = tx.sql("select count(*) as held from known_guests").get() as { held: number };
  if (held <= max + Math.floor(max * OVERFLOW_SHARE)) return;
  tx.sql(
    `delete from known_guests where id in
       (select id from known_guests order by last_seen_on, id limit ?)`,
  ).run(held - max);
}

/** `phone` is E.164. The box holds only keyed hashes of the numbers of guests it has not met. */
export function findKnownGuestByPhone(tx: Reader, phone: string): KnownGuestRecord | null {
  return toRecord(findRowByPhone(tx, phone));
}

/** By the row's own number, as known devices name it. */
export function findKnownGuestById(tx: Reader, knownId: number): KnownGuestRecord | null {
  const row = tx.sql("select * from known_guests where id = ?").get(knownId);
  return toRecord((row as KnownRow | undefined) ?? null);
}

/** Visits of a guest at this branch that the cloud has counted, and the own seq it counted through. */
export function findKnownVisits(
  tx: Reader,
  guestId: string,
): { visits: number; tenantVisits: number; throughSeq: number } {
  const known = findRowOfGuest(tx, guestId);
  if (!known) return { visits: 0, tenantVisits: 0, throughSeq: 0 };
  const { visits, tenant_visits } = known;
  const { counted_epoch, counted_seq } = getPull(tx);
  const throughSeq = counted_epoch === findEpoch(tx) ? counted_seq : 0;
  return { visits, tenantVisits: tenant_visits ?? visits, throughSeq };
}

/** What the cloud has marked a guest with; nothing for one it does not know. */
export function findGuestMarks(tx: Reader, guestId: string): GuestMarks {
  const known = findRowOfGuest(tx, guestId);
  if (!known) return { groups: [], tags: [], tier: null };
  const { groups, tags, tier } = known;
  return { groups: readList(groups), tags: readList(tags), tier };
}

/** Whether the cloud knows the guest. */
export function isKnownGuest(tx: Reader, guestId: string): boolean {
  return findRowOfGuest(tx, guestId) !== null;
}

/** Keys of the fields the cloud has of a guest. */
export function findKnownFields(tx: Reader, guestId: string): string[] {
  return readList(findRowOfGuest(tx, guestId)?.filled_fields ?? null);
}

/**
 * By an id that the cloud has for this customer, by the customer they were recognised as, or by the
 * number the guest has proved here, unless that number was another guest's before.
 */
function findRowOfGuest(tx: Reader, guestId: string): KnownRow | null {
  const byId = tx
    .sql(
      `select known_guests.* from known_guests
       join known_guest_ids on known_id = known_guests.id where guest_id = +?`,
    )
    .get(toIdBlob(guestId)) as KnownRow | undefined;
  if (byId) return byId;
  const guest = tx
    .sql("select phone, is_new_holder, recognised_customer from guests where id = ?")
    .get(guestId) as GuestKeys | undefined;
  if (guest?.phone && guest.is_new_holder === 0) return findRowByPhone(tx, guest.phone);
  if (!guest?.recognised_customer || guest.phone) return null;
  const row = tx
    .sql("select * from known_guests where customer_id = ?")
    .get(guest.recognised_customer);
  return (row as KnownRow | undefined) ?? null;
}

type GuestKeys = {
  phone: string | null;
  is_new_holder: number;
  recognised_customer: Buffer | null;
};

/** What the cloud knows a number by, or a MAC; null where it has told of no guest yet. */
export function findKeyedHash(tx: Reader, text: string): string | null {
  const key = getPull(tx).guests_key;
  if (key === null) return null;
  return createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("hex");
}

function findRowByPhone(tx: Reader, phone: string): KnownRow | null {
  const hash = findKeyedHash(tx, phone);
  if (hash === null || isPhoneErased(tx, phone)) return null;
  const row = tx.sql("select * from known_guests where phone_hash = ?").get(toHashBlob(hash));
  return (row as KnownRow | undefined) ?? null;
}
