import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import {
  claimWaiting,
  findLastSent,
  finishMail,
  insertMails,
  listTold,
  type MailState,
  settleMail,
} from "./mail-queries.ts";
import { isTheirs, listWorkers, wantsMail } from "./readers.ts";
import { findMailTime } from "./rules.ts";
import { writeCaseMail } from "./words.ts";

const MAIL_TASK = "cases.mail";
const SETTLE_TASK = "cases.settle-mail";
/** No mail is at the server for longer: whoever sent it is gone. */
export const SENDING_MINUTES_MAX = 15;
/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_SECONDS = 60;
const AGAIN_HOURS_MAX = 2;
const HOUR_MS = 3_600_000;

type MailTask = { staffId: string; orderedAt: string };

/** Has whoever works on a branch's cases written to of one. */
export async function orderMails(
  tx: TenantTransaction,
  { caseId, branchId }: { caseId: string; branchId: string },
): Promise<void> {
  const readers = (await listWorkers(tx)).filter(
    (worker) => wantsMail(worker) && isTheirs(worker, branchId),
  );
  const staffIds = readers.map(({ staffId }) => staffId);
  await insertMails(tx, { caseId, staffIds });
  for (const staffId of staffIds) await orderMail(tx, { staffId, at: null });
}

/** One waits for each person at most: it tells of all that came until it goes. */
async function orderMail(
  tx: TenantTransaction,
  { staffId, at }: { staffId: string; at: Date | null },
  orderedAt = tx.now.toISOString(),
): Promise<void> {
  const runAt = at ?? findMailTime(await findLastSent(tx, staffId), tx.now);
  const payload: MailTask = { staffId, orderedAt };
  await enqueue(tx, { task: MAIL_TASK, payload, runAt, key: staffId });
}

export const caseJobs: Jobs = {
  [MAIL_TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await mailCases(context, tenantId, payload as MailTask);
    },
  },
  [SETTLE_TASK]: {
    work: async ({ database }, { tenantId, payload }) => {
      const { mailId } = payload as { mailId: string };
      if (tenantId !== null) await database.inTenant(tenantId, (tx) => settleMail(tx, mailId));
    },
  },
};

export async function mailCases(
  { database, mailer, origin, log }: JobContext,
  tenantId: string,
  task: MailTask,
): Promise<void> {
  if (mailer === null) return;
  const mailId = newId();
  const mail = await database.inTenant(tenantId, async (tx) => {
    const worker = (await listWorkers(tx)).find(({ staffId }) => staffId === task.staffId);
    const claimed = await claimWaiting(tx, { staffId: task.staffId, mailId });
    const told = await listTold(tx, claimed);
    const theirs = told.filter(({ branchId }) => worker && isTheirs(worker, branchId));
    if (!worker || !wantsMail(worker) || theirs.length === 0) {
      if (claimed.length > 0)
        await finishMail(tx, { mailId, state: "refused", detail: "nothing to tell" });
      return null;
    }
    // Ordered before anybody is called, so that a process that dies meanwhile leaves it behind.
    const runAt = new Date(tx.now.getTime() + SENDING_MINUTES_MAX * 60_000);
    await enqueue(tx, { task: SETTLE_TASK, payload: { mailId }, runAt, key: mailId });
    const { language, email: to } = worker;
    return { to, ...writeCaseMail({ language, cases: theirs, origin: origin() }) };
  });
  if (!mail) return;
  const mailed = await mailer.send({ ...mail, reference: mailId });
  await database.inTenant(tenantId, async (tx) => {
    const detail = "detail" in mailed ? mailed.detail : null;
    const isTooLate = tx.now.getTime() - Date.parse(task.orderedAt) > AGAIN_HOURS_MAX * HOUR_MS;
    const again: MailState = isTooLate ? "refused" : "waiting";
    const state = mailed.kind === "later" ? again : mailed.kind;
    await finishMail(tx, { mailId, state, detail });
    const at = new Date(tx.now.getTime() + AGAIN_SECONDS * 1000);
    if (state === "waiting") await orderMail(tx, { staffId: task.staffId, at }, task.orderedAt);
  });
  if (mailed.kind === "refused")
    log.error({ mailId, ...mailed }, "the mail server refused a mail to staff");
  else log.info({ mailId, ...mailed }, "staff were written to of cases");
}
