import { buffer } from "node:stream/consumers";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { isRefusal } from "../../platform/errors.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import type { Mailed } from "../../platform/mailer.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { doesSeeMembers, findReach } from "../../platform/rights.ts";
import { listColleagues } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import {
  beginMail,
  deleteMail,
  endMail,
  lockMail,
  type Ordered,
  type ReportMail,
} from "./mail-queries.ts";
import { findNextMail, type MailOutcome } from "./mail-rules.ts";
import { writeReportMail } from "./mail-words.ts";
import { READ } from "./rights.ts";
import { printSaved } from "./told.ts";

const MAIL_TASK = "saved-reports.mail";
/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_SECONDS = 60;
const AGAIN_HOURS_MAX = 2;
const HOUR_MS = 3_600_000;
/** Nobody draws and hands over a report for longer. */
const TRYING_MS_MAX = 15 * 60_000;

/**
 * Of its rhythm at `dueAt`, which has moved on where that is no longer its next; or beside it, under a
 * name: its reader wants to see one, or one of that name was not handed over. `since`: when it was due.
 */
type MailTask = Ordered & { since: string } & (
    | { dueAt: string; mailId: null }
    | { dueAt: null; mailId: string }
  );

/** Has a report written at its next time, once: what was ordered before gives way. */
export async function orderNext(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  nextAt: Date,
): Promise<void> {
  const at = nextAt.toISOString();
  const payload: MailTask = { savedId, staffId, dueAt: at, mailId: null, since: at };
  await enqueue(tx, { task: MAIL_TASK, payload, runAt: nextAt, key: `${savedId} ${staffId}` });
}

/** Beside its rhythm; one that waits for the same reader gives way. */
export async function orderOne(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  { at, mailId, since }: { at: Date; mailId: string; since: string },
): Promise<void> {
  const payload: MailTask = { savedId, staffId, dueAt: null, mailId, since };
  const key = `${savedId} ${staffId} beside`;
  await enqueue(tx, { task: MAIL_TASK, payload, runAt: at, key });
}

export const mailJobs: Jobs = {
  [MAIL_TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await mailReport(context, tenantId, payload as MailTask);
    },
  },
};

export async function mailReport(
  context: JobContext,
  tenantId: string,
  task: MailTask,
): Promise<void> {
  const { database, log } = context;
  // Moved on before anything is asked: a process that dies meanwhile neither stops it nor doubles it.
  const tried = await database.inTenant(tenantId, (tx) => begin(tx, task));
  if (tried === null) return;
  const became = await tryOnce(context, tenantId, tried);
  await database.inTenant(tenantId, (tx) => end(tx, tried, became));
  const { savedId, mailId } = tried;
  const told = { savedId, mailId, ...became };
  if (became.outcome === "refused") log.error(told, "a report was not written to its reader");
  else log.info(told, "a report was to be written to its reader");
}

type Colleague = Awaited<ReturnType<typeof listColleagues>>[number];
type Tried = Ordered &
  Pick<ReportMail, "language"> & {
    mailId: string;
    since: string;
    reader: Colleague;
  };

/** Null: it is not its time any more, it was tried already, or nobody wants it. */
async function begin(tx: TenantTransaction, task: MailTask): Promise<Tried | null> {
  const mail = await lockMail(tx, task);
  if (mail === null || isPast(task, mail)) return null;
  const reader = (await listColleagues(tx)).find(({ id }) => id === task.staffId);
  if (!reader) {
    await deleteMail(tx, task);
    return null;
  }
  const { savedId, staffId, since } = task;
  const mailId = task.mailId ?? newId();
  // After an outage the times that were missed come to one mail.
  const nextAt = task.dueAt === null ? mail.nextAt : findNextMail(mail, tx.now);
  await beginMail(tx, task, { mailId, nextAt });
  if (task.dueAt !== null) await orderNext(tx, task, nextAt);
  // For whoever dies before it is at the mail server.
  const at = new Date(tx.now.getTime() + TRYING_MS_MAX);
  await orderOne(tx, task, { at, mailId, since });
  return { savedId, staffId, since, mailId, reader, language: mail.language };
}

/** Names are in their order (RFC 9562 §5.7): one that is older than the last was tried before it. */
function isPast(task: MailTask, { mailId, nextAt, outcome }: ReportMail): boolean {
  if (task.dueAt !== null) return nextAt.toISOString() !== task.dueAt;
  const isOpen = outcome === "begun" || outcome === "again";
  return mailId !== null && (task.mailId < mailId || (task.mailId === mailId && !isOpen));
}

type Became = { outcome: MailOutcome; detail: string | null };

async function tryOnce(context: JobContext, tenantId: string, tried: Tried): Promise<Became> {
  const { database, mailer, log } = context;
  if (mailer === null) return { outcome: "refused", detail: "no mail server" };
  const letter = await write(context, tenantId, tried).catch((error: unknown) => {
    log.error({ err: error, savedId: tried.savedId }, "a report could not be drawn for its reader");
    return "again" as const;
  });
  if (typeof letter === "string") return { outcome: letter, detail: null };
  // From here on nobody knows, and it is not tried again by itself.
  const sending = { outcome: "sending", detail: null } as const;
  await database.inTenant(tenantId, (tx) => endMail(tx, tried, sending));
  return readMailed(await mailer.send(letter));
}

function readMailed(mailed: Mailed): Became {
  const detail = "detail" in mailed ? mailed.detail : null;
  return { outcome: mailed.kind === "later" ? "again" : mailed.kind, detail };
}

type Letter = Parameters<NonNullable<JobContext["mailer"]>["send"]>[0];

/** What its reader may see of it right now; a word: why there is none. */
async function write(
  context: JobContext,
  tenantId: string,
  { savedId: id, staffId, language, mailId, reader }: Tried,
): Promise<Letter | "no-right" | "not-told"> {
  const { database, hooks, permissions, origin } = context;
  const entry = await database.readTenant(tenantId, (tx) => findEntry(tx, context, reader));
  if (entry === null) return "no-right";
  const signIn = { staffId, grants: reader.grants };
  const source = { hooks, permissions };
  try {
    const { report, printed } = await database.readTenant(entry, (tx) =>
      printSaved(tx, { id, query: { file: language }, signIn, source }),
    );
    const address = origin() === "" ? "" : `${origin()}/saved-reports/${id}`;
    const content = await buffer(printReport(printed));
    return {
      ...{ to: reader.email, reference: mailId },
      ...writeReportMail({ language, printed, address }),
      attachment: { name: `${report}.pdf`, type: PDF_TYPE, content },
    };
  } catch (error) {
    // It is shared no more, or of branches and customers that are not theirs to see.
    if (isRefusal(error)) return "not-told";
    throw error;
  }
}

/** As far as somebody reads reports; null: nowhere. */
async function findEntry(
  tx: TenantTransaction,
  { permissions }: JobContext,
  { grants }: Colleague,
): Promise<TenantEntry | null> {
  const reach = findReach(grants, READ.access.permission, permissions);
  if (!reach) return null;
  const branchIds = reach.kind === "tenant" ? null : await listBranchesWithin(tx, reach);
  return { tenantId: tx.tenantId, branchIds, seesMembers: doesSeeMembers(reach) };
}

async function end(tx: TenantTransaction, tried: Tried, became: Became): Promise<void> {
  const { mailId, since } = tried;
  if (became.outcome !== "again") return endMail(tx, tried, became);
  if (tx.now.getTime() - Date.parse(since) > AGAIN_HOURS_MAX * HOUR_MS)
    return endMail(tx, tried, { ...became, outcome: "refused" });
  await endMail(tx, tried, became);
  const at = new Date(tx.now.getTime() + AGAIN_SECONDS * 1000);
  await orderOne(tx, tried, { at, mailId, since });
}
