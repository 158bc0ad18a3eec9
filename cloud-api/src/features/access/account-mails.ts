import type { DirectoryTransaction } from "../../platform/db.ts";
import type { JobContext } from "../../platform/jobs.ts";
import { makeToken } from "../../platform/session.ts";
import {
  type AccountLink,
  type AccountMail,
  claimAccountMail,
  deleteAccountMail,
  insertAccountLink,
  postponeAccountMail,
} from "./account-queries.ts";
import { writeAccountMail } from "./account-words.ts";
import { findStaffByEmail } from "./queries.ts";
import { DISOWN_HOURS, RESET_MINUTES, SIGN_UP_MINUTES } from "./rules.ts";

/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_SECONDS = 60;
const AGAIN_MINUTES_MAX = 60;
const MINUTE_MS = 60_000;

const LINKS: Readonly<Record<AccountLink["kind"], { minutes: number; path: string }>> = {
  reset: { minutes: RESET_MINUTES, path: "/new-password" },
  disown: { minutes: DISOWN_HOURS * 60, path: "/not-me" },
  "sign-up": { minutes: SIGN_UP_MINUTES, path: "/sign-up" },
};

/** Sends what is due, one after the other. */
export async function sendAccountMails(context: JobContext): Promise<void> {
  if (context.mailer === null) return;
  const claim = () => context.database.inDirectory(claimAccountMail);
  for (let mail = await claim(); mail; mail = await claim()) await sendAccountMail(context, mail);
}

async function sendAccountMail(
  { database, mailer, log }: JobContext,
  mail: AccountMail,
): Promise<void> {
  const written = await database.inDirectory((tx) => write(tx, mail));
  const mailed =
    mailer && written
      ? await mailer.send({ ...written, to: mail.email, reference: mail.id })
      : ({ kind: "dropped" } as const);
  await database.inDirectory((tx) => {
    const isTooLate = tx.now.getTime() - mail.createdAt.getTime() > AGAIN_MINUTES_MAX * MINUTE_MS;
    if (mailed.kind !== "later" || isTooLate) return deleteAccountMail(tx, mail.id);
    const until = new Date(tx.now.getTime() + AGAIN_SECONDS * 1000);
    return postponeAccountMail(tx, { id: mail.id, until });
  });
  const line = { mailId: mail.id, mailKind: mail.kind, ...mailed };
  if (mailed.kind === "refused") log.error(line, "the mail server refused a mail to staff");
  else log.info(line, "a mail about an account was dealt with");
}

type Written = { subject: string; text: string };

/** Null: nobody has the address, or somebody who asked to sign up under it has by now. */
async function write(tx: DirectoryTransaction, mail: AccountMail): Promise<Written | null> {
  const staff = await findStaffByEmail(tx, mail.email);
  const facts = { ...mail.facts, email: mail.email };
  if (mail.kind === "sign-up") {
    // Whoever has an account is told so by mail, where only they read it.
    if (staff)
      return writeAccountMail({ kind: "sign-up-known", language: staff.language, facts, link: "" });
    const link = await makeLink(tx, mail, { kind: "sign-up", email: mail.email });
    return writeAccountMail({ kind: mail.kind, language: mail.language, facts, link });
  }
  if (!staff) return null;
  const link = await makeStaffLink(tx, mail, staff);
  return writeAccountMail({ kind: mail.kind, language: staff.language, facts, link });
}

async function makeStaffLink(
  tx: DirectoryTransaction,
  mail: AccountMail,
  { id: staffId }: { id: string },
): Promise<string> {
  if (mail.kind === "reset") return makeLink(tx, mail, { kind: "reset", staffId });
  // What they did not do themselves, whoever is signed in as them did.
  const since = new Date(mail.facts.signedInAt ?? mail.createdAt);
  return makeLink(tx, mail, { kind: "disown", staffId, since });
}

/** The token stands in the mail alone: not in its address's query, which servers on the way write down. */
async function makeLink(
  tx: DirectoryTransaction,
  { facts: { origin } }: AccountMail,
  link: AccountLink,
): Promise<string> {
  const token = makeToken();
  const { minutes, path } = LINKS[link.kind];
  const expiresAt = new Date(tx.now.getTime() + minutes * MINUTE_MS);
  await insertAccountLink(tx, { token, link, expiresAt });
  return `${origin}${path}#${token}`;
}
