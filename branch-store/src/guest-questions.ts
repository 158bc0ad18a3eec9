import type { GuestAnswers, GuestQuestion } from "@foyer/contract";
import { findDeviceByMac } from "./devices.ts";
import { isPhoneErased } from "./erased-guests.ts";
import { findGuestByPhone, findGuestByVerifiedEmail } from "./guests.ts";
import { findKnownGuestByMac } from "./known-devices.ts";
import {
  addKnownGuests,
  findKnownGuestByEmail,
  findKnownGuestByPhone,
  type KnownGuestRecord,
} from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { findPullPosition } from "./pull-position.ts";

/** Whoever waits so long has been let in as somebody new. */
const QUESTION_SECONDS = 60;
/** The same guest is not asked for again sooner. */
const ASK_AGAIN_SECONDS = 10 * 60;
/** More than stand before a branch's pages: beyond it somebody is making up devices. */
export const OPEN_QUESTIONS_MAX = 200;

/**
 * Notes that somebody stands before a page whom the box does not know: the agent takes it to the cloud
 * at once. Nobody waits for the answer, which serves the next page. `phone` is E.164, `email` in lower case.
 */
export function askForGuest(tx: Transaction, question: GuestQuestion): void {
  if (isKnown(tx, question)) return;
  const who = lockQuestion(tx, question);
  forgetOldQuestions(tx);
  const { open } = tx
    .sql("select count(*) as open from guest_questions where answered_at is null")
    .get() as { open: number };
  if (open >= OPEN_QUESTIONS_MAX) return;
  tx.sql("insert into guest_questions (who, asked_at) values (?, ?) on conflict do nothing").run(
    who,
    tx.now.getTime(),
  );
}

/** Whom a question is about, as it stands in its row. */
export function lockQuestion(tx: Reader, question: GuestQuestion): string {
  return tx.columns.lockSame("guest_questions.who", writeQuestion(question));
}

function writeQuestion(question: GuestQuestion): string {
  if ("phone" in question) return `phone:${question.phone}`;
  return "email" in question ? `email:${question.email}` : `mac:${question.mac}`;
}

/** Null: of a kind that a newer release has written, before this one was put back. */
function readQuestion(who: string): GuestQuestion | null {
  const at = who.indexOf(":");
  const [kind, value] = [who.slice(0, at), who.slice(at + 1)];
  if (kind === "phone") return { phone: value };
  if (kind === "email") return { email: value };
  return kind === "mac" ? { mac: value } : null;
}

function isKnown(tx: Reader, question: GuestQuestion): boolean {
  if ("phone" in question) return isPhoneKnown(tx, question.phone);
  return "email" in question ? isEmailKnown(tx, question.email) : isMacKnown(tx, question.mac);
}

function isPhoneKnown(tx: Reader, phone: string): boolean {
  const own = findGuestByPhone(tx, phone) ?? findKnownGuestByPhone(tx, phone);
  return own !== null || isPhoneErased(tx, phone);
}

function isEmailKnown(tx: Reader, email: string): boolean {
  const own = findGuestByVerifiedEmail(tx, email) ?? findKnownGuestByEmail(tx, email);
  return own !== null || isPhoneErased(tx, email);
}

function isMacKnown(tx: Reader, mac: string): boolean {
  return Boolean(findDeviceByMac(tx, mac)?.guestId) || findKnownGuestByMac(tx, mac) !== null;
}

/** Questions that somebody still waits for, the oldest first. */
export function listOpenQuestions(tx: Reader, limit: number): GuestQuestion[] {
  const since = tx.now.getTime() - QUESTION_SECONDS * 1000;
  const rows = tx
    .sql(
      `select who from guest_questions where answered_at is null and asked_at > ? and asked_at <= ?
       order by asked_at limit ?`,
    )
    .all(since, tx.now.getTime(), limit) as { who: string }[];
  return rows.flatMap(
    ({ who }) => readQuestion(tx.columns.unlock("guest_questions.who", who)) ?? [],
  );
}

/**
 * Keeps what the cloud answered; a guest who came in meanwhile is given the name it knows. False where the
 * box was told of guests since: one of these may have been forgotten, so they are to be asked for again.
 */
export function answerQuestions(
  tx: Transaction,
  { questions, answers }: { questions: readonly GuestQuestion[]; answers: GuestAnswers },
): boolean {
  if (answers.position < findPullPosition(tx).guests) return false;
  addKnownGuests(tx, answers);
  for (const question of questions) {
    const who = lockQuestion(tx, question);
    tx.sql("update guest_questions set answered_at = ? where who = ?").run(tx.now.getTime(), who);
    nameGuest(tx, question);
  }
  return true;
}

function nameGuest(tx: Transaction, question: GuestQuestion): void {
  const nameOf = (known: KnownGuestRecord | null) =>
    tx.columns.lock("guests.name", known?.name ?? null);
  if ("phone" in question)
    tx.sql("update guests set name = ? where phone = ? and name is null and is_new_holder = 0").run(
      nameOf(findKnownGuestByPhone(tx, question.phone)),
      tx.columns.lockSame("guests.phone", question.phone),
    );
  // Whoever has a number is known by that.
  if ("email" in question)
    tx.sql(
      `update guests set name = ? where verified_email = ? and phone is null and name is null
         and is_new_holder = 0`,
    ).run(
      nameOf(findKnownGuestByEmail(tx, question.email)),
      tx.columns.lockSame("guests.email", question.email),
    );
}

/** A number stands here no longer than it is of use. */
export function forgetOldQuestions(tx: Transaction): void {
  const now = tx.now.getTime();
  tx.sql("delete from guest_questions where asked_at <= ? or asked_at > ?").run(
    now - ASK_AGAIN_SECONDS * 1000,
    now,
  );
}

/** Whether questions lie here that are of no use any more. */
export function hasOldQuestions(tx: Reader): boolean {
  const before = tx.now.getTime() - ASK_AGAIN_SECONDS * 1000;
  return tx.sql("select 1 from guest_questions where asked_at <= ?").get(before) !== undefined;
}
