import { createHmac } from "node:crypto";
import {
  type ConsentPurpose,
  type GuestAnswers,
  type GuestMarks,
  KNOWN_GUESTS_DEFAULT,
  type KnownGuest,
  type KnownGuests,
  type Language,
} from "@foyer/contract";
import { keepTakenBack } from "./consents.ts";
import { confirmErased, isOfErasedGuest, isPhoneErased } from "./erased-guests.ts";
import { forgetGuests } from "./guest-requests.ts";
import { insertKnownDevices } from "./known-devices.ts";
import {
  findCustomerByHash,
  forgetOfNobody,
  forgetToldOf,
  keepKnownEmails,
} from "./known-emails.ts";
import { insertKnownTokens } from "./known-tokens.ts";
import { keepToldMemberCode } from "./member-codes.ts";
import { toHashBlob, toIdBlob, toIdText } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";
import { getPull, type PullRow } from "./pull-position.ts";
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
  /** Name and birthday, locked; null: neither. */
  person: Buffer | null;
  language: Language | null;
  visits: number;
  tenant_visits: number | null;
  /** Lists as JSON; null: none. */
  groups: string | null;
  tags: string | null;
  tier: string | null;
  filled_fields: string | null;
  last_seen_on: string | null;
  told_position: number;
  consents: string | null;
};

/** A box may know so many more before those seen longest ago go: they are looked for in order. */
const OVERFLOW_SHARE = 0.01;

const readList = <T extends string>(json: string | null): T[] =>
  json === null ? [] : (JSON.parse(json) as T[]);
const writeList = (list: readonly string[] = []): string | null =>
  list.length === 0 ? null : JSON.stringify(list);

type Person = [name: string | null, birthday: string | null];

const lockPerson = (tx: Transaction, { name, birthday = null }: KnownGuest): Buffer | null => {
  const person: Person = [name, birthday];
  const isNobody = name === null && birthday === null;
  return isNobody ? null : tx.columns.lockOctets("known_guests.person", JSON.stringify(person));
};

const unlockPerson = (tx: Reader, stored: Buffer | null): Person =>
  stored === null
    ? [null, null]
    : (JSON.parse(tx.columns.unlockOctets("known_guests.person", stored)) as Person);

const toRecord = (tx: Reader, row: KnownRow | null): KnownGuestRecord | null => {
  if (!row) return null;
  const { customer_id, language, visits, last_seen_on } = row;
  const [name, birthday] = unlockPerson(tx, row.person);
  const lastSeenAt = last_seen_on === null ? null : new Date(`${last_seen_on}T23:59:59Z`);
  const consents = row.consents === null ? null : readList<ConsentPurpose>(row.consents);
  const person = { customerId: toIdText(customer_id), name, language, visits };
  return { ...person, lastSeenAt, birthday, consents };
};

/** By it whoever has the file could try which number each hash is of. */
const lockKey = (tx: Transaction, key: string) => tx.columns.lock("pull.guests_key", key);

/** Takes in what the cloud says about its guests, whole. An older word changes nothing. */
export function applyKnownGuests(tx: Transaction, known: KnownGuests): void {
  const before = getPull(tx);
  if (!known.complete && known.position < before.guests_position) return;
  const forgotten = known.erasedGuestIds ?? [];
  forgetGuests(tx, forgotten);
  confirmErased(tx, forgotten);
  const isFirst = known.complete && (known.fill?.first ?? true);
  const fill = before.guests_fill + (isFirst ? 1 : 0);
  forgetToldOf(tx, known.removed);
  for (const customerId of known.removed)
    tx.sql("delete from known_guests where customer_id = ?").run(toIdBlob(customerId));
  const position = known.countedPosition ?? known.position;
  for (const guest of known.guests) keepKnownGuest(tx, guest, { fill, position });
  const next = known.fill?.next ?? null;
  // What was held before serves the pages until the last one is here.
  if (known.complete && next === null) {
    tx.sql("delete from known_guests where fill <> ?").run(fill);
    forgetOfNobody(tx);
  }
  tx.sql(
    `update pull set guests_position = ?, guests_mark = ?, guests_mark_position = ?, guests_key = ?,
       guests_page = ?, guests_fill = ?, counted_epoch = ?, counted_seq = ?`,
  ).run(
    ...(next === null ? [known.position, known.mark ?? null, known.position] : [0, null, null]),
    ...[lockKey(tx, known.key), next, fill],
    ...[known.countedThrough?.epoch ?? null, known.countedThrough?.seq ?? 0],
  );
  forgetOverflow(tx);
}

/** Takes in guests whom the box has asked for. What it holds of all others stays as it is. */
export function addKnownGuests(tx: Transaction, { key, position, guests }: GuestAnswers): void {
  const { guests_key, guests_fill } = getPull(tx);
  if (guests_key === null) tx.sql("update pull set guests_key = ?").run(lockKey(tx, key));
  // Hashes under another key than that of all the others would never be found.
  else if (tx.columns.unlock("pull.guests_key", guests_key) !== key) return;
  for (const guest of guests) keepKnownGuest(tx, guest, { fill: guests_fill, position });
}

/** `position`: of the tenant's log, which the guest's numbers stand at. */
function keepKnownGuest(
  tx: Transaction,
  guest: KnownGuest,
  { fill, position }: { fill: number; position: number },
): void {
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
         (customer_id, phone_hash, person, language, visits, tenant_visits, groups, tags, tier,
          filled_fields, last_seen_on, consents, fill, told_position)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[customerId, phoneHash, lockPerson(tx, guest), guest.language, guest.visits],
      ...[guest.tenantVisits ?? null, writeList(guest.groups), writeList(guest.tags)],
      ...[guest.tier ?? null, writeList(guest.filledFields), guest.lastSeenOn ?? null],
      ...[guest.consents ? JSON.stringify(guest.consents) : null, fill, position],
    );
  keepToldMemberCode(tx, guest);
  keepKnownEmails(tx, guest);
  for (const guestId of guest.guestIds)
    tx.sql(
      `insert into known_guest_ids (guest_id, known_id) values (?, ?)
       on conflict (guest_id) do update set known_id = excluded.known_id`,
    ).run(toIdBlob(guestId), knownId);
  const { takenBack = [] } = guest;
  for (const guestId of guest.guestIds) keepTakenBack(tx, { guestId, takenBack });
  insertKnownDevices(tx, { knownId: Number(knownId), devices: guest.devices ?? [] });
  insertKnownTokens(tx, { knownId: Number(knownId), tokens: guest.tokens ?? [] });
}

/** Those who were seen longest ago fall out of what a box may hold; each can be asked for again. */
function forgetOverflow(tx: Transaction): void {
  const max = findSettings(tx)?.knownGuestsMax ?? KNOWN_GUESTS_DEFAULT;
  const { held } = tx.sql("select count(*) as held from known_guests").get() as { held: number };
  if (held <= max + Math.floor(max * OVERFLOW_SHARE)) return;
  const gone = tx
    .sql(
      `delete from known_guests where id in
         (select id from known_guests order by last_seen_on, id limit ?)
       returning customer_id`,
    )
    .all(held - max) as { customer_id: Buffer }[];
  const removed = gone.map(({ customer_id }) => toIdText(customer_id));
  forgetToldOf(tx, removed);
}

/** `phone` is E.164. The box holds only keyed hashes of the numbers of guests it has not met. */
export function findKnownGuestByPhone(tx: Reader, phone: string): KnownGuestRecord | null {
  return toRecord(tx, findRowByPhone(tx, phone));
}

/** `email` is in lower case, and was verified. */
export function findKnownGuestByEmail(tx: Reader, email: string): KnownGuestRecord | null {
  return toRecord(tx, findRowByEmail(tx, email));
}

/** By the row's own number, as known devices name it. */
export function findKnownGuestById(tx: Reader, knownId: number): KnownGuestRecord | null {
  const row = tx.sql("select * from known_guests where id = ?").get(knownId);
  return toRecord(tx, (row as KnownRow | undefined) ?? null);
}

/** Whom the cloud says a guest is, by the guest's id alone: a number may be somebody else's by now. */
export function findCustomerOfGuest(tx: Reader, guestId: string): string | null {
  const row = tx
    .sql(
      `select customer_id from known_guests
       join known_guest_ids on known_id = known_guests.id where guest_id = +?`,
    )
    .get(toIdBlob(guestId)) as { customer_id: Buffer } | undefined;
  return row ? toIdText(row.customer_id) : null;
}

/** Whom the cloud says a guest is, and whom they were recognised as here. */
export function findCustomersOfGuest(tx: Reader, guestId: string): string[] {
  const row = tx.sql("select recognised_customer from guests where id = ?").get(guestId) as
    | { recognised_customer: Buffer | null }
    | undefined;
  const recognised = row?.recognised_customer ? toIdText(row.recognised_customer) : null;
  return [findCustomerOfGuest(tx, guestId), recognised].filter((id) => id !== null);
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
  return findVisitsAndMarks(tx, guestId).visits;
}

/** The same, and what findGuestMarks says, by one look. */
export function findVisitsAndMarks(
  tx: Reader,
  guestId: string,
): { visits: KnownVisits; marks: GuestMarks } {
  const byId = findRowByGuestId(tx, guestId);
  if (byId) return { visits: visitsOf(tx, byId), marks: marksOf(byId) };
  const keys = findGuestKeys(tx, guestId);
  const known = findRowByKeys(tx, keys);
  if (known) return { visits: visitsOf(tx, known), marks: marksOf(known) };
  // Those that are kept no more were counted here alone.
  const visits = keys.past_visits ?? 0;
  const counted = { visits, tenantVisits: visits, toldPosition: 0, throughSeq: 0 };
  return { visits: counted, marks: marksOf(null) };
}

/** A seq says something in its own epoch alone. */
const COUNTED_THROUGH = `select case when counted_epoch = (select epoch from meta)
    then counted_seq else 0 end as through from pull`;

function visitsOf(tx: Reader, known: KnownRow): KnownVisits {
  const { visits, tenant_visits, told_position: toldPosition } = known;
  const { through } = tx.sql(COUNTED_THROUGH).get() as { through: number };
  return { visits, tenantVisits: tenant_visits ?? visits, toldPosition, throughSeq: through };
}

/** What the cloud has marked a guest with; nothing for one it does not know. */
export function findGuestMarks(tx: Reader, guestId: string): GuestMarks {
  return marksOf(findRowOfGuest(tx, guestId));
}

function marksOf(known: KnownRow | null): GuestMarks {
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
 * By an id that the cloud has for this customer; by the number the guest has proved here, unless that
 * number was another guest's before; where they have proved none, by the customer they were recognised
 * as, or by the address.
 */
function findRowOfGuest(tx: Reader, guestId: string): KnownRow | null {
  return findRowByGuestId(tx, guestId) ?? findRowByKeys(tx, findGuestKeys(tx, guestId));
}

function findRowByGuestId(tx: Reader, guestId: string): KnownRow | null {
  const row = tx
    .sql(
      `select known_guests.* from known_guests
       join known_guest_ids on known_id = known_guests.id where guest_id = +?`,
    )
    .get(toIdBlob(guestId));
  return (row as KnownRow | undefined) ?? null;
}

/** By what a guest may be known to the cloud, and what is left of their visits; nulls of no guest of ours. */
type GuestKeys = {
  phone: string | null;
  verified_email: string | null;
  is_new_holder: number | null;
  recognised_customer: Buffer | null;
  guests_key: string | null;
  past_visits: number | null;
};

/** In one look, since most pages of a guest ask for all of it. */
function findGuestKeys(tx: Reader, guestId: string): GuestKeys {
  return tx
    .sql(
      `select phone, verified_email, is_new_holder, recognised_customer,
         (select guests_key from pull) as guests_key,
         (select visits from past_usage where guest_id = asked.id) as past_visits
       from (select +? as id) as asked left join guests on guests.id = asked.id`,
    )
    .get(guestId) as GuestKeys;
}

function findRowByKeys(tx: Reader, keys: GuestKeys): KnownRow | null {
  const { recognised_customer: recognised } = keys;
  // Neither a number nor an address is known by the cloud's hash before there is a key.
  if (keys.guests_key === null && recognised === null) return null;
  const phone = tx.columns.unlock("guests.phone", keys.phone);
  const email = tx.columns.unlock("guests.email", keys.verified_email);
  const isSameHolder = keys.is_new_holder === 0;
  if (phone !== null) return isSameHolder ? findRowByPhone(tx, phone) : null;
  if (recognised !== null) return findRowOfCustomer(tx, recognised);
  return email !== null && isSameHolder ? findRowByEmail(tx, email) : null;
}

function findRowOfCustomer(tx: Reader, customerId: Buffer): KnownRow | null {
  const row = tx.sql("select * from known_guests where customer_id = ?").get(customerId);
  return (row as KnownRow | undefined) ?? null;
}

/** What the cloud knows a number by, an address or a MAC; null where it has told of no guest yet. */
export function findKeyedHash(tx: Reader, text: string): string | null {
  const { guests_key } = tx.sql("select guests_key from pull").get() as Pick<PullRow, "guests_key">;
  if (guests_key === null) return null;
  const key = tx.columns.unlock("pull.guests_key", guests_key);
  return createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("hex");
}

function findRowByPhone(tx: Reader, phone: string): KnownRow | null {
  const hash = findKeyedHash(tx, phone);
  if (hash === null || isPhoneErased(tx, phone)) return null;
  const row = tx.sql("select * from known_guests where phone_hash = ?").get(toHashBlob(hash));
  if (row) return row as KnownRow;
  const customerId = findCustomerByHash(tx, hash);
  return customerId === null ? null : findRowOfCustomer(tx, toIdBlob(customerId));
}

function findRowByEmail(tx: Reader, email: string): KnownRow | null {
  const hash = findKeyedHash(tx, email);
  const customerId = hash === null ? null : findCustomerByHash(tx, hash);
  if (customerId === null || isPhoneErased(tx, email)) return null;
  return findRowOfCustomer(tx, toIdBlob(customerId));
}
