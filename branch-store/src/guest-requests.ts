import type { Language } from "@foyer/contract";
import { orderDisconnect } from "./commands.ts";
import { listConsents, withdrawConsent } from "./consents.ts";
import { revokeCredentials } from "./credentials.ts";
import { forgetDoorNotes } from "./door-notes.ts";
import { makePhoneMark, noteErased, noteExpired } from "./erased-guests.ts";
import { lockQuestion } from "./guest-questions.ts";
import { findGuest, type Guest } from "./guests.ts";
import { findCustomerByHash } from "./known-emails.ts";
import { findCustomersOfGuest, findKeyedHash } from "./known-guests.ts";
import { endMemberLinks } from "./member-links.ts";
import { toHashBlob, toIdBlob } from "./octets.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

/** What a guest asks for, and where they said it. The caller has seen the number proved. */
export type GuestRequest = { guestId: string; deviceId: string; nasId: string; language: Language };

/** A second request within so long is the first one. */
const SAME_REQUEST_MS = 20 * 24 * 60 * 60 * 1000;
/** How long radius tries to end a session; by then it has or the NAS is away. */
const DISCONNECT_SECONDS = 10 * 60;

/** When the guest asked for a copy last, while that is still being dealt with. */
export function findCopyRequest(tx: Reader, guestId: string): Date | null {
  const row = tx
    .sql(
      `select asked_at from guest_requests where guest_id = ? and kind = 'copy' and asked_at > ?
       order by asked_at desc limit 1`,
    )
    .get(guestId, tx.now.getTime() - SAME_REQUEST_MS) as { asked_at: number } | undefined;
  return row ? new Date(row.asked_at) : null;
}

/** Tells the cloud that a guest wants a copy. False where they have asked already, or are nobody. */
export function requestCopy(tx: Transaction, request: GuestRequest): boolean {
  const { guestId } = request;
  if (!findGuest(tx, guestId) || findCopyRequest(tx, guestId)) return false;
  const requestId = keepRequest(tx, { guestId, kind: "copy" });
  appendEvent(tx, "guest.copy-requested", { requestId, ...request });
  return true;
}

/**
 * Forgets a guest at once, and tells the cloud to. What stays names nobody: that consents were given
 * and taken back, and what was used of the Wi-Fi. False where they were forgotten already.
 */
export function eraseGuest(tx: Transaction, request: GuestRequest): boolean {
  const { guestId } = request;
  const guest = findGuest(tx, guestId);
  if (!guest) return false;
  takeConsentsBack(tx, request);
  const requestId = keepRequest(tx, { guestId, kind: "deletion" });
  erase(tx, guest);
  appendEvent(tx, "guest.deletion-requested", { requestId, ...request });
  return true;
}

/** Forgets guests who asked at another branch; the cloud, which says so, has done it already. */
export function forgetGuests(tx: Transaction, guestIds: readonly string[]): void {
  for (const guestId of guestIds) {
    const guest = findGuest(tx, guestId);
    if (guest) erase(tx, guest);
  }
}

/**
 * Forgets a guest who was not heard of for too long. Nobody asked for it: the cloud, which may have
 * heard of them elsewhere, is not told, and whoever proves the number again is somebody new here.
 */
export function expireGuest(tx: Transaction, guestId: string): void {
  forgetDoorNotes(tx, { guestId, phone: findGuest(tx, guestId)?.phone ?? null });
  endAccess(tx, guestId);
  noteExpired(tx, guestId);
  eraseRows(tx, guestId);
}

function erase(tx: Transaction, guest: Guest): void {
  // Before its devices are nobody's.
  forgetDoorNotes(tx, { guestId: guest.id, phone: guest.phone });
  endAccess(tx, guest.id);
  eraseNumber(tx, guest);
  eraseRows(tx, guest.id);
  eraseUnsent(tx, guest.id);
}

/**
 * Ends every right of a guest to be online, now and by themselves later: their devices are nobody's,
 * and radius is asked to end what goes on.
 */
export function endAccess(tx: Transaction, guestId: string): void {
  revokeCredentials(tx, { guestId, by: "forgotten" });
  endMemberLinks(tx, { guestId });
  const online = tx
    .sql("select distinct device_id from sessions where guest_id = ? and ended_at is null")
    .all(guestId) as { device_id: string }[];
  for (const { device_id } of online)
    orderDisconnect(tx, { deviceId: device_id, seconds: DISCONNECT_SECONDS });
  tx.sql("delete from tickets where guest_id = ? and used_at is null").run(guestId);
  tx.sql(
    `delete from device_tokens where device_id in (select id from devices where guest_id = ?)`,
  ).run(guestId);
  tx.sql(
    `update devices set guest_id = null, proved_at = null, page_shown_at = null,
       recognised_at = null, token_sha256 = null, language = null where guest_id = ?`,
  ).run(guestId);
}

function keepRequest(
  tx: Transaction,
  { guestId, kind }: { guestId: string; kind: "copy" | "deletion" },
): string {
  const id = tx.newId();
  tx.sql("insert into guest_requests (id, guest_id, kind, asked_at) values (?, ?, ?, ?)").run(
    ...[id, guestId, kind, tx.now.getTime()],
  );
  return id;
}

function takeConsentsBack(tx: Transaction, { guestId, deviceId, nasId }: GuestRequest): void {
  for (const { given, at: _, ...words } of listConsents(tx, guestId))
    if (given) withdrawConsent(tx, { guestId, deviceId, nasId, ...words, way: "deletion" });
}

/**
 * The number, its codes and what the cloud told of it. The messages it had still count against the
 * limits, under a mark: or whoever forgets themselves could have messages without end.
 */
function eraseNumber(tx: Transaction, { id: guestId, phone, verifiedEmail }: Guest): void {
  const proved = phone ?? verifiedEmail;
  const mark = proved === null ? null : makePhoneMark(tx, proved);
  const hash = proved === null ? null : findKeyedHash(tx, proved);
  const holder = hash === null ? null : findCustomerByHash(tx, hash);
  for (const customerId of [...findCustomersOfGuest(tx, guestId), ...(holder ? [holder] : [])])
    for (const table of ["known_member_codes", "known_emails"])
      tx.sql(`delete from ${table} where customer_id = ?`).run(customerId);
  tx.sql(
    `delete from known_guests where phone_hash = ? or customer_id = ?
       or id in (select known_id from known_guest_ids where guest_id = ?)
       or customer_id = (select recognised_customer from guests where id = ?)`,
  ).run(
    ...[hash === null ? null : toHashBlob(hash), holder === null ? null : toIdBlob(holder)],
    ...[toIdBlob(guestId), guestId],
  );
  const askedFor = [phone && { phone }, verifiedEmail && { email: verifiedEmail }];
  for (const question of askedFor)
    if (question)
      tx.sql("delete from guest_questions where who = ?").run(lockQuestion(tx, question));
  // `phone` of a code is whatever it was sent to.
  for (const contact of [phone, verifiedEmail]) {
    if (contact === null) continue;
    const stands = makePhoneMark(tx, contact);
    const locked = tx.columns.lockSame("codes.contact", contact);
    tx.sql(
      `update codes set phone = ?, secret = '', used_at = coalesce(used_at, ?),
         expires_at = min(expires_at, ?) where phone = ?`,
    ).run(stands, tx.now.getTime(), tx.now.getTime(), locked);
    tx.sql("update code_messages set phone = ? where phone = ?").run(stands, locked);
  }
  noteErased(tx, { guestId, phoneMark: mark, phoneHash: hash });
}

function eraseRows(tx: Transaction, guestId: string): void {
  tx.sql(
    `insert into erased_consents (id, guest_id, nas_id, purpose, given, text_version, text_sha256,
       language, at, channel, way)
     select id, guest_id, nas_id, purpose, given, text_version, text_sha256, language, at, channel,
       way
     from consents where guest_id = ? order by consents.rowid`,
  ).run(guestId);
  for (const table of ["consents", "guest_fields", "asked_fields", "shown_pages"])
    tx.sql(`delete from ${table} where guest_id = ?`).run(guestId);
  const ofGuest = [
    ...["member_codes", "member_links", "survey_answers", "earned_coupons"],
    ...["room_uses", "past_usage"],
  ];
  for (const table of ofGuest) tx.sql(`delete from ${table} where guest_id = ?`).run(guestId);
  tx.sql("update visits set advert_event_id = null where guest_id = ?").run(guestId);
  for (const table of ["visits", "sessions"])
    tx.sql(`update ${table} set guest_id = null where guest_id = ?`).run(guestId);
  tx.sql(
    `delete from member_admissions
     where username in (select username from credentials where guest_id = ?)`,
  ).run(guestId);
  tx.sql("update credentials set password = lower(hex(randomblob(16))) where guest_id = ?").run(
    guestId,
  );
  tx.sql(
    `update guests set phone = null, phone_verified_at = null, name = null, email = null,
       verified_email = null, email_verified_at = null, birthday = null, is_new_holder = 0, language_chosen = 0, erased_at = ? where id = ?`,
  ).run(tx.now.getTime(), guestId);
}

/**
 * What waits for the cloud loses what it can do without, sealed or not. The number stays in `guest.verified` until
 * the cloud has it: by it the cloud finds whom it is to forget.
 */
function eraseUnsent(tx: Transaction, guestId: string): void {
  const of = "payload ->> 'guestId' = ?";
  tx.sql(
    `update outbox set payload = json_set(payload, '$.details', json('{}')), sealed = null
     where type = 'guest.registered' and ${of}`,
  ).run(guestId);
  tx.sql(
    `update outbox set payload = json_remove(json_set(payload, '$.texts', json('{}')), '$.dates'),
       sealed = null
     where type = 'survey.answered' and ${of}`,
  ).run(guestId);
  tx.sql(
    `update outbox set payload = json_remove(payload, '$.salt', '$.hash'), sealed = null
     where type = 'member-code.issued' and ${of}`,
  ).run(guestId);
  tx.sql(
    `update outbox set payload = json_remove(payload, '$.ip'), sealed = null
     where type in ('consent.given', 'consent.withdrawn') and ${of}`,
  ).run(guestId);
}
