import type { GuestAnswers, GuestQuestion } from "@foyer/contract";
import { findDeviceByMac } from "./devices.ts";
import { isPhoneErased } from "./erased-guests.ts";
import { findGuestByPhone } from "./guests.ts";
import { findKnownGuestByMac } from "./known-devices.ts";
import { addKnownGuests, findKnownGuestByPhone, findPullPosition } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";

/** Whoever waits so long has been let in as somebody new. */
const QUESTION_SECONDS = 60;
/** The same guest is not asked for again sooner. */
const ASK_AGAIN_SECONDS = 10 * 60;
/** More than stand before a branch's pages: beyond it somebody is making up devices. */
const OPEN_QUESTIONS_MAX = 200;

const PHONE = "phone:";
const MAC = "mac:";

/**
 * Notes that somebody stands before a page whom the box does not know: the agent takes it to the cloud
 * at once. Nobody waits for the answer, which serves the next page. `phone` is E.164.
 */
export function askForGuest(tx: Transaction, question: GuestQuestion): void {
  const isKnown =
    "phone" in question ? isPhoneKnown(tx, question.phone) : isMacKnown(tx, question.mac);
  if (isKnown) return;
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
  const who = "phone" in question ? `${PHONE}${question.phone}` : `${MAC}${question.mac}`;
  return tx.columns.lockSame("guest_questions.who", who);
}

function isPhoneKnown(tx: Reader, phone: string): boolean {
  const own = findGuestByPhone(tx, phone) ?? findKnownGuestByPhone(tx, phone);
  return own !== null || isPhoneErased(tx, phone);
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
  const asked = rows.map(({ who }) => tx.columns.unlock("guest_questions.who", who));
  return asked.map((who) =>
    who.startsWith(PHONE) ? { phone: who.slice(PHONE.length) } : { mac: who.slice(MAC.length) },
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
    if (!("phone" in question)) continue;
    const name = findKnownGuestByPhone(tx, question.phone)?.name ?? null;
    tx.sql("update guests set name = ? where phone = ? and name is null and is_new_holder = 0").run(
      tx.columns.lock("guests.name", name),
      tx.columns.lockSame("guests.phone", question.phone),
    );
  }
  return true;
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
