import type { KnownGuest, MemberCode } from "@foyer/contract";
import { findCustomerOfGuest, findKnownGuestByPhone } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** A code that is younger is the one its guest has just been shown. */
export const MEMBER_CODE_SETTLED_SECONDS = 60;
/** Wrong tries of a code's whole life; after them it opens nothing here any more. */
export const MEMBER_TRIES_PER_CODE = 10;
/** The other wrong tries are counted over this time, sliding. */
export const MEMBER_TRIES_SECONDS = 60 * 60;
/** Fewer than a code has, so that no device alone can close one. */
export const MEMBER_TRIES_PER_DEVICE = 5;
/** A family's phones may share one. */
export const MEMBER_TRIES_PER_ADDRESS = 20;
export const MEMBER_TRIES_PER_BRANCH = 300;
/** A customer may be out of the cloud's list for a while; their code's tries are not forgotten for it. */
const ORPHANED_TRIES_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

type CodeRow = { code_id: string; salt: string; hash: string; issued_at: number };

/** Without its salt nobody can try which eight digits a hash is of: that alone is locked. */
const toCode = (tx: Reader, { code_id, salt, hash, issued_at }: CodeRow): MemberCode => ({
  ...{ id: code_id, salt: tx.columns.unlock("member_codes.salt", salt), hash },
  issuedAt: new Date(issued_at).toISOString(),
});

const lockSalt = (tx: Transaction, salt: string) => tx.columns.lock("member_codes.salt", salt);

export type NewMemberCode = { guestId: string; deviceId: string; salt: string; hash: string };

/**
 * Keeps by what a guest's new code is checked, in the place of the one before, and tells of it. False
 * where they were given one a moment ago. The caller has seen the number proved.
 */
export function keepMemberCode(tx: Transaction, code: NewMemberCode): boolean {
  const { guestId, deviceId, salt, hash } = code;
  const now = tx.now.getTime();
  const before = findOwnCode(tx, guestId);
  const age = before ? now - before.issued_at : Number.POSITIVE_INFINITY;
  if (age >= 0 && age < MEMBER_CODE_SETTLED_SECONDS * 1000) return false;
  const codeId = tx.newId();
  keepOwnCode(tx, guestId, { id: codeId, salt, hash, issuedAt: tx.now.toISOString() });
  appendEvent(tx, "member-code.issued", { guestId, deviceId, codeId, salt, hash });
  return true;
}

/**
 * Keeps the code that a guest came in by, wherever it was given: they are its member, though the cloud
 * may not have heard of them here for a while.
 */
export function adoptMemberCode(
  tx: Transaction,
  { guestId, code }: { guestId: string; code: MemberCode },
): void {
  const own = findOwnCode(tx, guestId);
  if (!own || own.issued_at < Date.parse(code.issuedAt)) keepOwnCode(tx, guestId, code);
}

function keepOwnCode(tx: Transaction, guestId: string, code: MemberCode): void {
  const { id, salt, hash, issuedAt } = code;
  tx.sql(
    `insert into member_codes (guest_id, code_id, salt, hash, issued_at) values (?, ?, ?, ?, ?)
     on conflict (guest_id) do update set code_id = excluded.code_id, salt = excluded.salt,
       hash = excluded.hash, issued_at = excluded.issued_at`,
  ).run(guestId, id, lockSalt(tx, salt), hash, Date.parse(issuedAt));
}

/** Keeps what the cloud tells of a customer's code, in the place of what it told before. */
export function keepToldMemberCode(tx: Transaction, { customerId, memberCode }: KnownGuest): void {
  tx.sql("delete from known_member_codes where customer_id = ?").run(customerId);
  if (!memberCode) return;
  const { id, salt, hash, issuedAt } = memberCode;
  tx.sql(
    `insert into known_member_codes (customer_id, code_id, salt, hash, issued_at)
     values (?, ?, ?, ?, ?)`,
  ).run(customerId, id, lockSalt(tx, salt), hash, Date.parse(issuedAt));
}

export type MemberEntry = {
  /** E.164. */
  phone: string;
  /** Under which name wrong tries are counted: the device's MAC, or what stands in for one. */
  triedBy: string;
  /** Where the browser is; null: not told apart from others. */
  address: string | null;
};

export type MemberTry =
  /** Counted as wrong until it is said to be right. `code` is null where nothing can be. */
  { kind: "try"; id: string; code: MemberCode | null } | { kind: "too-many-tries" };

/** Counts a try before anybody reckons whether it is right: of those made at once none is free. */
export function beginMemberTry(tx: Transaction, entry: MemberEntry): MemberTry {
  const { phone, triedBy, address } = entry;
  forgetOldTries(tx);
  if (hasTriedTooOften(tx, entry)) return { kind: "too-many-tries" };
  const code = findOpenCode(tx, phone);
  const id = tx.newId();
  tx.sql(
    "insert into member_code_tries (id, code_id, tried_by, address, at) values (?, ?, ?, ?, ?)",
  ).run(id, code?.id ?? null, triedBy, address, tx.now.getTime());
  return { kind: "try", id, code };
}

/** The same try goes on with the code that the cloud may have told of meanwhile; null: there is none. */
export function resumeMemberTry(
  tx: Transaction,
  { phone, tryId }: { phone: string; tryId: string },
): MemberCode | null {
  const code = findOpenCode(tx, phone);
  if (code) tx.sql("update member_code_tries set code_id = ? where id = ?").run(code.id, tryId);
  return code;
}

/** Null also where it was tried too often. */
function findOpenCode(tx: Reader, phone: string): MemberCode | null {
  const found = findMemberCode(tx, phone);
  return found && countTriesOf(tx, found.id) < MEMBER_TRIES_PER_CODE ? found : null;
}

/**
 * Says that a try was right. False where the code was replaced or its guest forgotten meanwhile.
 * `forgives`: the device is known to be the one it claims to be, so its wrong tries at this code were
 * its owner's own.
 */
export function finishMemberTry(
  tx: Transaction,
  entry: Pick<MemberEntry, "phone" | "triedBy"> & {
    tryId: string;
    codeId: string;
    forgives: boolean;
  },
): boolean {
  const { phone, triedBy, tryId, codeId, forgives } = entry;
  if (findMemberCode(tx, phone)?.id !== codeId) return false;
  tx.sql("delete from member_code_tries where id = ?").run(tryId);
  if (forgives)
    tx.sql("delete from member_code_tries where code_id = ? and tried_by = ?").run(codeId, triedBy);
  return true;
}

/**
 * The newest code of whoever has this number: given here, or told of by the cloud. Of a guest of this
 * box only what the cloud says of that very guest: the number may be somebody else's elsewhere by now.
 */
function findMemberCode(tx: Reader, phone: string): MemberCode | null {
  const guest = tx
    .sql("select id from guests where phone = ?")
    .get(tx.columns.lockSame("guests.phone", phone)) as { id: string } | undefined;
  const customerId = guest
    ? findCustomerOfGuest(tx, guest.id)
    : (findKnownGuestByPhone(tx, phone)?.customerId ?? null);
  const told = customerId === null ? null : findToldCode(tx, customerId);
  const own = guest ? findOwnCode(tx, guest.id) : null;
  if (own && told) return toCode(tx, own.issued_at >= told.issued_at ? own : told);
  return own || told ? toCode(tx, (own ?? told) as CodeRow) : null;
}

function findOwnCode(tx: Reader, guestId: string): CodeRow | null {
  const row = tx.sql("select * from member_codes where guest_id = ?").get(guestId);
  return (row as CodeRow | undefined) ?? null;
}

function findToldCode(tx: Reader, customerId: string): CodeRow | null {
  const row = tx.sql("select * from known_member_codes where customer_id = ?").get(customerId);
  return (row as CodeRow | undefined) ?? null;
}

function forgetOldTries(tx: Transaction): void {
  const now = tx.now.getTime();
  // A clock that was put back forgives nothing, and keeps nobody out for ever.
  tx.sql("update member_code_tries set at = ? where at > ?").run(now, now);
  tx.sql("delete from member_code_tries where at <= ? and code_id is null").run(
    now - MEMBER_TRIES_SECONDS * 1000,
  );
  tx.sql(
    `delete from member_code_tries where at <= ? and code_id not in (
       select code_id from member_codes union all select code_id from known_member_codes)`,
  ).run(now - ORPHANED_TRIES_DAYS * DAY_MS);
}

function hasTriedTooOften(tx: Reader, { triedBy, address }: MemberEntry): boolean {
  const counted = tx
    .sql(
      `select count(*) as branch, count(*) filter (where tried_by = ?) as device,
         count(*) filter (where address = ?) as address
       from member_code_tries where at > ?`,
    )
    .get(triedBy, address, tx.now.getTime() - MEMBER_TRIES_SECONDS * 1000) as Record<
    "branch" | "device" | "address",
    number
  >;
  return (
    counted.device >= MEMBER_TRIES_PER_DEVICE ||
    counted.address >= MEMBER_TRIES_PER_ADDRESS ||
    counted.branch >= MEMBER_TRIES_PER_BRANCH
  );
}

function countTriesOf(tx: Reader, codeId: string): number {
  const row = tx
    .sql("select count(*) as tries from member_code_tries where code_id = ?")
    .get(codeId) as { tries: number };
  return row.tries;
}
