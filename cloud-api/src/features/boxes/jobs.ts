import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import type { Mailed } from "../../platform/mailer.ts";
import { describeBox } from "./describe.ts";
import { listSeenRows } from "./queries.ts";
import { isTimeToTell } from "./rules.ts";
import {
  claimMail,
  endSilences,
  finishMail,
  forgetOldSilences,
  insertSilences,
  listNamedSilences,
  listTenantsWithFollowers,
  listUntold,
  noteTold,
  type Silence,
  type SilenceKey,
} from "./silence-queries.ts";
import { isTheirs, listReaders } from "./silence-readers.ts";
import { writeSilenceMail } from "./silence-words.ts";

const LOOK_TASK = "boxes.look-for-silences";
const MAIL_TASK = "boxes.mail-silences";
/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_SECONDS = 60;
const AGAIN_HOURS_MAX = 2;
const KEPT_DAYS = 90;
const HOUR_MS = 60 * 60 * 1000;

export const boxJobs: Jobs = {
  "boxes.watch": {
    cron: "* * * * *",
    work: async ({ database, mailer }) => {
      if (mailer === null) return;
      for (const tenantId of await database.inDirectory(listTenantsWithFollowers))
        await database.inTenant(tenantId, (tx) =>
          enqueue(tx, { task: LOOK_TASK, payload: {}, key: tenantId }),
        );
    },
  },
  [LOOK_TASK]: {
    work: async ({ database }, { tenantId }) => {
      if (tenantId !== null) await database.inTenant(tenantId, lookForSilences);
    },
  },
  [MAIL_TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await mailSilences(context, tenantId, payload as MailTask);
    },
  },
};

/** What one person is to be written. A box that was heard before anybody was told is in no mail. */
type MailTask = {
  mailId: string;
  staffId: string;
  begun: SilenceKey[];
  over: SilenceKey[];
  orderedAt: string;
};

/** Notes which silences began and ended, and puts in a mail to each who follows them, when it is time. */
export async function lookForSilences(tx: TenantTransaction): Promise<void> {
  const boxes = (await listSeenRows(tx, null)).map((row) => describeBox(row, tx.now));
  const heard = boxes.flatMap(({ id: boxId, lastHeardAt, troubles }) => {
    const isSilent = troubles.some(({ kind }) => kind === "silent");
    return lastHeardAt === null ? [] : { boxId, at: new Date(lastHeardAt), isSilent };
  });
  const silent = heard.filter(({ isSilent }) => isSilent);
  await insertSilences(tx, silent);
  await endSilences(tx, { silentIds: silent.map(({ boxId }) => boxId), heard });
  const untold = await listUntold(tx);
  if (!isTimeToTell(untold, tx.now)) return;
  const told: Silence[] = [];
  for (const silence of untold) if (await noteTold(tx, silence)) told.push(silence);
  await orderMails(tx, told);
  await forgetOldSilences(tx, new Date(tx.now.getTime() - KEPT_DAYS * 24 * HOUR_MS));
}

async function orderMails(tx: TenantTransaction, told: readonly Silence[]): Promise<void> {
  const keyOf = ({ boxId, noticedAt }: Silence) => ({ boxId, noticedAt: noticedAt.toISOString() });
  for (const reader of await listReaders(tx)) {
    const { staffId, since } = reader;
    const theirs = told.filter(({ branchId }) => isTheirs(reader, branchId));
    const begun = theirs.filter(({ endedAt }) => endedAt === null).map(keyOf);
    // Nobody is told of the end of what they were not told of.
    const over = theirs.filter(({ endedAt, toldAt }) => endedAt && toldAt && toldAt >= since);
    if (begun.length + over.length === 0) continue;
    const payload: MailTask = {
      ...{ mailId: newId(), staffId, begun, over: over.map(keyOf) },
      orderedAt: tx.now.toISOString(),
    };
    await enqueue(tx, { task: MAIL_TASK, payload });
  }
}

export async function mailSilences(
  { database, mailer, origin, log }: JobContext,
  tenantId: string,
  task: MailTask,
): Promise<void> {
  if (mailer === null) return;
  const { mailId, staffId } = task;
  const mail = await database.inTenant(tenantId, async (tx) => {
    const follower = (await listReaders(tx)).find((each) => each.staffId === staffId);
    if (!follower || !(await claimMail(tx, { id: mailId, staffId }))) return null;
    const begun = await listNamedSilences(tx, task.begun);
    const over = await listNamedSilences(tx, task.over);
    const { language, email: to } = follower;
    return { to, ...writeSilenceMail({ language, begun, over, origin: origin() }) };
  });
  if (!mail) return;
  const mailed = await mailer.send({ ...mail, reference: mailId });
  await database.inTenant(tenantId, (tx) => noteMailed(tx, task, mailed));
  const { kind } = mailed;
  if (kind === "refused")
    log.error({ mailId, ...mailed }, "the mail server refused a mail to staff");
  else log.info({ mailId, ...mailed }, "staff were written to of silent boxes");
}

async function noteMailed(tx: TenantTransaction, task: MailTask, mailed: Mailed): Promise<void> {
  const detail = "detail" in mailed ? mailed.detail : null;
  const { mailId: id } = task;
  if (mailed.kind !== "later") return await finishMail(tx, { id, state: mailed.kind, detail });
  const isTooLate = tx.now.getTime() - Date.parse(task.orderedAt) > AGAIN_HOURS_MAX * HOUR_MS;
  await finishMail(tx, { id, state: isTooLate ? "refused" : "waiting", detail });
  const runAt = new Date(tx.now.getTime() + AGAIN_SECONDS * 1000);
  if (!isTooLate) await enqueue(tx, { task: MAIL_TASK, payload: task, runAt });
}
