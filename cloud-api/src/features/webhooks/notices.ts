import { readsEveryCustomer } from "../../platform/customer-sight.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { findReach } from "../../platform/rights.ts";
import { listColleagues } from "../access/index.ts";
import { claimNotice, finishNotice, listLanguages } from "./notice-queries.ts";
import { writeNotice } from "./notice-words.ts";
import { WEBHOOK_PERMISSIONS } from "./permissions.ts";
import { findEndpoint } from "./queries.ts";
import { NOTICE_TASK } from "./tasks.ts";

/** A mail server that is away is asked again after this, and for so long. */
const AGAIN_MILLISECONDS = 60_000;
const AGAIN_MILLISECONDS_MAX = 2 * 60 * 60 * 1000;
const PERMISSIONS = new Map([
  ["webhooks.manage", { roles: WEBHOOK_PERMISSIONS["webhooks.manage"], covers: "tenant" as const }],
]);

export type NoticeTask = { endpointId: string; staffId: string; disabledAt: string };

/** Everybody who may mend it is written to, once. */
export async function orderNotices(tx: TenantTransaction, endpointId: string): Promise<void> {
  for (const { id: staffId } of await listKeepers(tx)) {
    const payload: NoticeTask = { endpointId, staffId, disabledAt: tx.now.toISOString() };
    await enqueue(tx, { task: NOTICE_TASK, payload });
  }
}

async function listKeepers(tx: TenantTransaction) {
  const colleagues = await listColleagues(tx);
  return colleagues.filter(({ grants }) => findReach(grants, "webhooks.manage", PERMISSIONS));
}

export async function mailNotice(
  { database, mailer, origin, log, permissions }: JobContext,
  tenantId: string,
  task: NoticeTask,
): Promise<void> {
  if (mailer === null) return;
  const { staffId, endpointId } = task;
  const mail = await database.inTenant(tenantId, async (tx) => {
    const endpoint = await findEndpoint(tx, endpointId);
    // Mended, or disabled anew, since: that has a notice of its own.
    if (endpoint?.disabledAt?.toISOString() !== task.disabledAt) return null;
    const keeper = (await listKeepers(tx)).find(({ id }) => id === staffId);
    // Whoever may not see customers may not open the page that the mail leads to.
    if (!keeper || !readsEveryCustomer(keeper.grants, permissions)) return null;
    if (!(await claimNotice(tx, task))) return null;
    const language = (await listLanguages(tx)).get(staffId) === "vi" ? "vi" : "en";
    return { to: keeper.email, ...writeNotice({ language, endpoint, origin: origin() }) };
  });
  if (!mail) return;
  const mailed = await mailer.send({ ...mail, reference: `${endpointId}-${staffId}` });
  await database.inTenant(tenantId, async (tx) => {
    const detail = "detail" in mailed ? mailed.detail : null;
    const age = tx.now.getTime() - Date.parse(task.disabledAt);
    const isAgain = mailed.kind === "later" && age <= AGAIN_MILLISECONDS_MAX;
    const ended = mailed.kind === "later" ? "refused" : mailed.kind;
    await finishNotice(tx, task, { state: isAgain ? "waiting" : ended, detail });
    const runAt = new Date(tx.now.getTime() + AGAIN_MILLISECONDS);
    if (isAgain) await enqueue(tx, { task: NOTICE_TASK, payload: task, runAt });
  });
  const { kind } = mailed;
  if (kind === "refused")
    log.error({ endpointId, kind }, "the mail server refused a mail to staff");
  else log.info({ endpointId, kind }, "staff were written to of a disabled webhook");
}
