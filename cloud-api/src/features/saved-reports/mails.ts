import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import type { Mailed } from "../../platform/mailer.ts";
import { findReach } from "../../platform/rights.ts";
import { listColleagues } from "../access/index.ts";
import { type Writing, writeLetter } from "./letter.ts";
import { deleteMail, findMail, lockMail, moveMail, type Ordered } from "./mail-queries.ts";
import { findNextMail, isToTry, type MailOutcome, TRYING_MS_MAX } from "./mail-rules.ts";
import {
  deleteOtherReaders,
  insertReaders,
  listReaders,
  lockReader,
  nameLetter,
  noteLetter,
  type Reading,
} from "./reader-queries.ts";
import { SHARE } from "./rights.ts";

const MAIL_TASK = "saved-reports.mail";
const LETTER_TASK = "saved-reports.letter";
/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_SECONDS = 60;
const AGAIN_HOURS_MAX = 2;
const HOUR_MS = 3_600_000;

/** An order at `dueAt`, which has moved on where that is no longer its next. */
export type MailTask = Ordered & { dueAt: string };
/** One mail to one reader, under a name. `since`: when it was due. */
export type LetterTask = Reading & { mailId: string; since: string };

/** Has a report written at its next time, once: what was ordered before gives way. */
export async function orderNext(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  nextAt: Date,
): Promise<void> {
  const payload: MailTask = { savedId, staffId, dueAt: nextAt.toISOString() };
  await enqueue(tx, { task: MAIL_TASK, payload, runAt: nextAt, key: `${savedId} ${staffId}` });
}

/** A new mail to a reader; one that waits for them gives way. */
export async function orderLetter(
  tx: TenantTransaction,
  reading: Reading,
  since: string,
): Promise<void> {
  const mailId = newId();
  await nameLetter(tx, reading, mailId);
  await tryLetter(tx, { ...reading, mailId, since }, tx.now);
}

async function tryLetter(
  tx: TenantTransaction,
  { savedId, staffId, readerId, mailId, since }: LetterTask,
  runAt: Date,
): Promise<void> {
  const payload: LetterTask = { savedId, staffId, readerId, mailId, since };
  const key = `${savedId} ${staffId} ${readerId}`;
  await enqueue(tx, { task: LETTER_TASK, payload, runAt, key });
}

export const mailJobs: Jobs = {
  [MAIL_TASK]: {
    work: async ({ database }, { tenantId, payload }) => {
      if (tenantId !== null)
        await database.inTenant(tenantId, (tx) => beginOrder(tx, payload as MailTask));
    },
  },
  [LETTER_TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await mailReport(context, tenantId, payload as LetterTask);
    },
  },
};

/** Moves an order on and has its mails written, in one transaction: none is lost, and none doubles. */
async function beginOrder(tx: TenantTransaction, task: MailTask): Promise<void> {
  const mail = await lockMail(tx, task);
  if (mail === null || mail.nextAt.toISOString() !== task.dueAt) return;
  if (!(await listColleagues(tx)).some(({ id }) => id === task.staffId))
    return forgetOrder(tx, task);
  // After an outage the times that were missed come to one mail.
  const nextAt = findNextMail(mail, tx.now);
  await moveMail(tx, task, nextAt);
  await orderNext(tx, task, nextAt);
  await insertReaders(tx, task, [task.staffId]);
  for (const { readerId, stoppedAt } of await listReaders(tx, task))
    if (stoppedAt === null) await orderLetter(tx, { ...task, readerId }, task.dueAt);
}

/** What somebody ordered, and to whom; who stopped it stays known. */
export async function forgetOrder(tx: TenantTransaction, ordered: Ordered): Promise<void> {
  await deleteMail(tx, ordered);
  await deleteOtherReaders(tx, ordered, []);
}

async function mailReport(context: JobContext, tenantId: string, task: LetterTask): Promise<void> {
  const { database, log } = context;
  const begun = await database.inTenant(tenantId, (tx) => begin(tx, context, task));
  if (begun === null) return;
  const became = typeof begun === "string" ? say(begun) : await tryOnce(context, tenantId, begun);
  await database.inTenant(tenantId, (tx) => end(tx, task, became));
  const { savedId, mailId } = task;
  const told = { savedId, mailId, ...became };
  if (became.outcome === "refused") log.error(told, "a report was not written to its reader");
  else log.info(told, "a report was to be written to its reader");
}

type Became = { outcome: MailOutcome; detail: string | null };
const say = (outcome: MailOutcome, detail: string | null = null): Became => ({ outcome, detail });

/** A word: why there is nothing to write. Null: it is not to be tried, or nobody wants it any more. */
async function begin(
  tx: TenantTransaction,
  { permissions }: JobContext,
  task: LetterTask,
): Promise<Writing | "left" | "no-share" | null> {
  const last = await lockReader(tx, task);
  const mail = await findMail(tx, task);
  const { mailId } = task;
  if (!last || !mail || last.stoppedAt !== null || !isToTry(last, { mailId, now: tx.now }))
    return null;
  const colleagues = new Map((await listColleagues(tx)).map((each) => [each.id, each]));
  const orderer = colleagues.get(task.staffId);
  // What somebody who left had ordered goes at its next time.
  if (!orderer) return null;
  await noteLetter(tx, task, { mailId, ...say("begun") });
  const reader = colleagues.get(task.readerId);
  if (!reader) return "left";
  if (reader.id !== orderer.id && !findReach(orderer.grants, SHARE, permissions)) return "no-share";
  // For whoever dies before it is at the mail server.
  await tryLetter(tx, task, new Date(tx.now.getTime() + TRYING_MS_MAX));
  return { ...task, language: mail.language, reader, orderer };
}

async function tryOnce(context: JobContext, tenantId: string, writing: Writing): Promise<Became> {
  const { database, mailer, origin, log } = context;
  if (mailer === null) return say("refused", "no mail server");
  // A mail that nobody could stop is sent to nobody.
  if (origin() === "") return say("refused", "no address of this cloud");
  const { mailId } = writing;
  const letter = await writeLetter(context, tenantId, writing).catch((error: unknown) => {
    log.error({ err: error, mailId }, "a report could not be drawn for its reader");
    return "again" as const;
  });
  if (typeof letter === "string") return say(letter);
  // From here on nobody knows, and it is not tried again by itself.
  const isWanted = await database.inTenant(tenantId, (tx) =>
    noteLetter(tx, writing, { mailId, ...say("sending") }),
  );
  return isWanted ? readMailed(await mailer.send(letter)) : say("refused", "stopped meanwhile");
}

function readMailed(mailed: Mailed): Became {
  const detail = "detail" in mailed ? mailed.detail : null;
  return say(mailed.kind === "later" ? "again" : mailed.kind, detail);
}

async function end(tx: TenantTransaction, task: LetterTask, became: Became): Promise<void> {
  const { mailId, since } = task;
  const isOver = tx.now.getTime() - Date.parse(since) > AGAIN_HOURS_MAX * HOUR_MS;
  const outcome = became.outcome === "again" && isOver ? "refused" : became.outcome;
  const isOpen = await noteLetter(tx, task, { ...became, mailId, outcome });
  if (isOpen && outcome === "again")
    await tryLetter(tx, task, new Date(tx.now.getTime() + AGAIN_SECONDS * 1000));
}
