import { createHmac } from "node:crypto";
import type { GuestMarks, KnownGuest, KnownGuests, Language } from "@foyer/contract";
import { confirmErased, isOfErasedGuest, isPhoneErased } from "./erased-guests.ts";
import { forgetGuests } from "./guest-requests.ts";
import { findCustomerByEmailHash, forgetKnownEmails, keepKnownEmails } from "./known-emails.ts";
import { forgetToldMemberCodes, keepToldMemberCode } from "./member-codes.ts";
import type { Reader, Transaction } from "./open.ts";
import { findEpoch } from "./outbox.ts";

/** What the cloud told about a guest of the tenant. */
export type KnownGuestRecord = {
  customerId: string;
  name: string | null;
  language: Language | null;
  visits: number;
  /** The end of the last day on which the cloud heard of them; null: not told. */
  lastSeenAt: Date | null;
};

type KnownRow = {
  customer_id: string;
  name: string | null;
  language: Language | null;
  visits: number;
  tenant_visits: number | null;
  /** Lists of ids as JSON. */
  groups: string;
  tags: string;
  tier: string | null;
  filled_fields: string;
  last_seen_on: string | null;
  told_position: number;
};

type PullRow = {
  guests_position: number;
  guests_key: string | null;
  counted_epoch: string | null;
  counted_seq: number;
  commands_position: number;
  codes_position: number;
};

const toRecord = (row: KnownRow | null): KnownGuestRecord | null => {
  if (!row) return null;
  const { customer_id, name, language, visits, last_seen_on } = row;
  const lastSeenAt = last_seen_on === null ? null : new Date(`${last_seen_on}T23:59:59Z`);
  return { customerId: customer_id, name, language, visits, lastSeenAt };
};

const getPull = (tx: Reader): PullRow => tx.sql("select * from pull").get() as PullRow;

/** What the box holds: where the next pull goes on from. */
export function findPullPosition(tx: Reader): { guests: number; commands: number; codes: number } {
  const { guests_position, commands_position, codes_position } = getPull(tx);
  return { guests: guests_position, commands: commands_position, codes: codes_position };
}

/** Takes in what the cloud says about its guests, whole. An older word changes nothing. */
export function applyKnownGuests(tx: Transaction, known: KnownGuests): void {
  if (!known.complete && known.position < getPull(tx).guests_position) return;
  const forgotten = known.erasedGuestIds ?? [];
  forgetGuests(tx, forgotten);
  confirmErased(tx, forgotten);
  forgetToldMemberCodes(tx, known);
  forgetKnownEmails(tx, known);
  if (known.complete) tx.sql("delete from known_guests").run();
  for (const customerId of known.removed)
    tx.sql("delete from known_guests where customer_id = ?").run(customerId);
  for (const guest of known.guests) {
    // A number may have moved to another customer: the newest word has it.
    tx.sql("delete from known_guests where customer_id = ? or phone_hash = ?").run(
      guest.customerId,
      guest.phoneHash,
    );
    if (!isOfErasedGuest(tx, guest)) insertKnownGuest(tx, guest, known.position);
  }
  tx.sql(
    `update pull set guests_position = ?, guests_key = ?, counted_epoch = ?, counted_seq = ?`,
  ).run(
    known.position,
    known.key,
    known.countedThrough?.epoch ?? null,
    known.countedThrough?.seq ?? 0,
  );
}

function insertKnownGuest(tx: Transaction, guest: KnownGuest, position: number): void {
  const { customerId, phoneHash, name, language, visits, groups = [], tags = [] } = guest;
  tx.sql(
    `insert into known_guests
       (customer_id, phone_hash, name, language, visits, groups, tags, tier, filled_fields,
        last_seen_on, tenant_visits, told_position)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[customerId, phoneHash, name, language, visits],
    ...[JSON.stringify(groups), JSON.stringify(tags), guest.tier ?? null],
    ...[JSON.stringify(guest.filledFields ?? []), guest.lastSeenOn ?? null],
    ...[guest.tenantVisits ?? null, position],
  );
  keepToldMemberCode(tx, guest);
  keepKnownEmails(tx, guest);
  for (const guestId of guest.guestIds)
    tx.sql(
      `insert into known_guest_ids (guest_id, customer_id) values (?, ?)
       on conflict (guest_id) do update set customer_id = excluded.customer_id`,
    ).run(guestId, customerId);
}

/** `phone` is E.164. The box holds only keyed hashes of the numbers of guests it has not met. */
export function findKnownGuestByPhone(tx: Reader, phone: string): KnownGuestRecord | null {
  return toRecord(findRowByPhone(tx, phone));
}

/** `email` is in lower case, and was verified. */
export function findKnownGuestByEmail(tx: Reader, email: string): KnownGuestRecord | null {
  return toRecord(findRowByEmail(tx, email));
}

/** Whom the cloud says a guest is, by the guest's id alone: a number may be somebody else's by now. */
export function findCustomerOfGuest(tx: Reader, guestId: string): string | null {
  const row = tx.sql("select customer_id from known_guest_ids where guest_id = ?").get(guestId) as
    | { customer_id: string }
    | undefined;
  return row?.customer_id ?? null;
}

/** What the cloud has counted of a guest's visits, and which of them those are. */
export type KnownVisits = {
  /** To this branch. */
  visits: number;
  tenantVisits: number;
  /** Those whose start stands at or below this log position are among them. */
  toldPosition: number;
  /** Of those that were acknowledged without a position: the ones up to this own seq. */
  throughSeq: number;
};

export function findKnownVisits(tx: Reader, guestId: string): KnownVisits {
  const known = findRowOfGuest(tx, guestId);
  if (!known) {
    // Those that are kept no more were counted here alone.
    const past = tx.sql("select visits from past_usage where guest_id = ?").get(guestId);
    const visits = (past as { visits: number } | undefined)?.visits ?? 0;
    return { visits, tenantVisits: visits, toldPosition: 0, throughSeq: 0 };
  }
  const { visits, tenant_visits, told_position: toldPosition } = known;
  const { counted_epoch, counted_seq } = getPull(tx);
  const throughSeq = counted_epoch === findEpoch(tx) ? counted_seq : 0;
  return { visits, tenantVisits: tenant_visits ?? visits, toldPosition, throughSeq };
}

/** What the cloud has marked a guest with; nothing for one it does not know. */
export function findGuestMarks(tx: Reader, guestId: string): GuestMarks {
  const known = findRowOfGuest(tx, guestId);
  if (!known) return { groups: [], tags: [], tier: null };
  const { groups, tags, tier } = known;
  return { groups: JSON.parse(groups) as string[], tags: JSON.parse(tags) as string[], tier };
}

/** Whether the cloud knows the guest. */
export function isKnownGuest(tx: Reader, guestId: string): boolean {
  return findRowOfGuest(tx, guestId) !== null;
}

/** Keys of the fields the cloud has of a guest. */
export function findKnownFields(tx: Reader, guestId: string): string[] {
  const known = findRowOfGuest(tx, guestId);
  return known ? (JSON.parse(known.filled_fields) as string[]) : [];
}

/**
 * By an id that the cloud has for this customer, or by the number the guest has proved here, unless
 * that number was another guest's before; by the address, where they have proved no number.
 */
function findRowOfGuest(tx: Reader, guestId: string): KnownRow | null {
  const byId = tx
    .sql(
      `select known_guests.* from known_guests
       join known_guest_ids using (customer_id) where guest_id = +?`,
    )
    .get(guestId) as KnownRow | undefined;
  if (byId) return byId;
  const guest = tx
    .sql("select phone, verified_email from guests where id = ? and is_new_holder = 0")
    .get(guestId) as { phone: string | null; verified_email: string | null } | undefined;
  if (guest?.phone) return findRowByPhone(tx, guest.phone);
  return guest?.verified_email ? findRowByEmail(tx, guest.verified_email) : null;
}

/** What the cloud knows a number by, or an address; null where it has told of no guest yet. */
export function findPhoneHash(tx: Reader, phone: string): string | null {
  const key = getPull(tx).guests_key;
  if (key === null) return null;
  return createHmac("sha256", Buffer.from(key, "base64")).update(phone).digest("hex");
}

function findRowByPhone(tx: Reader, phone: string): KnownRow | null {
  const hash = findPhoneHash(tx, phone);
  if (hash === null || isPhoneErased(tx, phone)) return null;
  const row = tx.sql("select * from known_guests where phone_hash = ?").get(hash);
  return (row as KnownRow | undefined) ?? null;
}

function findRowByEmail(tx: Reader, email: string): KnownRow | null {
  const hash = findPhoneHash(tx, email);
  const customerId = hash === null ? null : findCustomerByEmailHash(tx, hash);
  if (customerId === null || isPhoneErased(tx, email)) return null;
  const row = tx.sql("select * from known_guests where customer_id = ?").get(customerId);
  return (row as KnownRow | undefined) ?? null;
}
