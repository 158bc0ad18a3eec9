import { buffer } from "node:stream/consumers";
import { newId } from "../../platform/clock.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { isRefusal } from "../../platform/errors.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import type { Mailed } from "../../platform/mailer.ts";
import { PDF_TYPE, printReport } from "../../platform/print-report.ts";
import { doesSeeMembers, findReach, type Grant } from "../../platform/rights.ts";
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

/**
 * `dueAt`: one of its rhythm, which has moved on where that is no longer its next. Null: now, because
 * its reader wants to see one, or because the mail server was away since `since`.
 */
type MailTask = Ordered & { dueAt: string | null; since: string };

/** Has a report written at its next time, once: what was ordered before gives way. */
export async function orderNext(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  nextAt: Date,
): Promise<void> {
  const at = nextAt.toISOString();
  const payload: MailTask = { savedId, staffId, dueAt: at, since: at };
  await enqueue(tx, { task: MAIL_TASK, payload, runAt: nextAt, key: `${savedId} ${staffId}` });
}

/** Beside its rhythm. */
export async function orderOne(
  tx: TenantTransaction,
  { savedId, staffId }: Ordered,
  { at, since }: { at: Date; since: string },
): Promise<void> {
  const payload: MailTask = { savedId, staffId, dueAt: null, since };
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
  const { database, mailer, log } = context;
  if (mailer === null) return;
  // Moved on before anybody is called: a process that dies meanwhile neither stops it nor doubles it.
  const mail = await database.inTenant(tenantId, (tx) => begin(tx, task));
  if (mail === null) return;
  const letter = await write(context, tenantId, { task, mail });
  const mailed = typeof letter === "string" ? null : await mailer.send(letter);
  await database.inTenant(tenantId, (tx) => end(tx, task, mailed ?? (letter as MailOutcome)));
  const { savedId } = task;
  if (mailed?.kind === "refused")
    log.error({ savedId, ...mailed }, "the mail server refused a report");
  else log.info({ savedId, outcome: mailed?.kind ?? letter }, "a report was to be written");
}

/** Null: it is not its time any more, or nobody wants it. */
async function begin(tx: TenantTransaction, task: MailTask): Promise<ReportMail | null> {
  const mail = await lockMail(tx, task);
  if (mail === null) return null;
  if (task.dueAt === null) {
    await beginMail(tx, task, mail.nextAt);
    return mail;
  }
  if (mail.nextAt.toISOString() !== task.dueAt) return null;
  // After an outage the times that were missed come to one mail.
  const nextAt = findNextMail(mail, tx.now);
  await beginMail(tx, task, nextAt);
  await orderNext(tx, task, nextAt);
  return mail;
}

type Letter = Parameters<NonNullable<JobContext["mailer"]>["send"]>[0];

/** What its reader may see of it right now; a word: why there is none. */
async function write(
  context: JobContext,
  tenantId: string,
  { task, mail }: { task: MailTask; mail: ReportMail },
): Promise<Letter | "no-right" | "not-told"> {
  const { database, hooks, permissions, origin } = context;
  const reader = await database.inTenant(tenantId, (tx) => findReader(tx, context, task));
  if (reader === null) return "no-right";
  const { savedId: id, staffId } = task;
  const { language } = mail;
  const signIn = { staffId, grants: reader.grants };
  const source = { hooks, permissions };
  try {
    const { report, printed } = await database.readTenant(reader.entry, (tx) =>
      printSaved(tx, { id, query: { file: language }, signIn, source }),
    );
    const address = origin() === "" ? "" : `${origin()}/saved-reports/${id}`;
    const content = await buffer(printReport(printed));
    return {
      ...{ to: reader.email, reference: newId() },
      ...writeReportMail({ language, printed, address }),
      attachment: { name: `${report}.pdf`, type: PDF_TYPE, content },
    };
  } catch (error) {
    // It is shared no more, or of branches and customers that are not theirs to see.
    if (isRefusal(error)) return "not-told";
    throw error;
  }
}

type Reader = { email: string; grants: readonly Grant[]; entry: TenantEntry };

/** Null: they may read no reports any more. Whoever left is written nothing more at all. */
async function findReader(
  tx: TenantTransaction,
  { permissions }: JobContext,
  ordered: Ordered,
): Promise<Reader | null> {
  const colleague = (await listColleagues(tx)).find(({ id }) => id === ordered.staffId);
  if (!colleague) await deleteMail(tx, ordered);
  const reach = colleague && findReach(colleague.grants, READ.access.permission, permissions);
  if (!reach) return null;
  const branchIds = reach.kind === "tenant" ? null : await listBranchesWithin(tx, reach);
  const { tenantId } = tx;
  const entry = { tenantId, branchIds, seesMembers: doesSeeMembers(reach) };
  return { email: colleague.email, grants: colleague.grants, entry };
}

async function end(
  tx: TenantTransaction,
  task: MailTask,
  became: Mailed | MailOutcome,
): Promise<void> {
  if (typeof became === "string") return endMail(tx, task, { outcome: became, detail: null });
  const detail = "detail" in became ? became.detail : null;
  if (became.kind !== "later") return endMail(tx, task, { outcome: became.kind, detail });
  if (tx.now.getTime() - Date.parse(task.since) > AGAIN_HOURS_MAX * HOUR_MS)
    return endMail(tx, task, { outcome: "refused", detail });
  await endMail(tx, task, { outcome: "again", detail });
  const at = new Date(tx.now.getTime() + AGAIN_SECONDS * 1000);
  await orderOne(tx, task, { at, since: task.since });
}
