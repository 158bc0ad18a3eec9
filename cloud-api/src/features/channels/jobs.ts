import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import type { Job, JobContext, Jobs } from "../../platform/jobs.ts";
import { enqueue } from "../../platform/jobs.ts";
import { listTenantIds } from "../tenants/index.ts";
import type { Outgoing, Sending } from "./adapters/adapter.ts";
import { ADAPTERS } from "./adapters/index.ts";
import { codeAnswered, codeEvent } from "./answers.ts";
import { eraseOldTests, listOverdueRequests } from "./forget-queries.ts";
import { CLOSE_TASK, SEND_TASK } from "./handlers.ts";
import { claimTest, finishTest } from "./queries.ts";
import {
  answerRequest,
  eraseRequest,
  finishAttempt,
  giveMessageBack,
  insertAttempt,
  listAttempts,
  lockRequest,
  type RequestRow,
} from "./request-queries.ts";
import {
  ATTEMPT_GRACE_SECONDS,
  type Failure,
  KINDS,
  leaveOut,
  planNext,
  type Way,
} from "./rules.ts";
import { type OpenedSender, openSender } from "./sender-store.ts";
import { openTokens } from "./tokens.ts";
import { writeMessage } from "./words.ts";

export const TEST_TASK = "channels.test";
const TEST_SECONDS = 30;
const TEST_CODE = "123456";

/** A test that was put in so long ago is not sent any more. */
const TEST_OVER_SECONDS = 60 * 60;
const CLOSED_AT_ONCE = 200;

export const channelJobs: Jobs = {
  // Each request has a job that closes it at its end; one that was lost would keep a number for ever.
  "channels.sweep": {
    cron: "*/15 * * * *",
    work: async (context) => {
      for (const tenantId of await context.database.inDirectory(listTenantIds))
        await sweep(context, tenantId);
    },
  },
  [SEND_TASK]: withTenant(async (context, { tenantId, payload }) => {
    const { requestId } = payload as { requestId: string };
    // One step after the other, until somebody took the message or nobody will.
    while (await sendOnce(context, { tenantId, requestId }));
  }),
  [CLOSE_TASK]: withTenant(async ({ database }, { tenantId, payload }) => {
    const { requestId } = payload as { requestId: string };
    await database.changeTenant(tenantId, async (tx) => ({
      result: null,
      events: await closeRequest(tx, requestId),
    }));
  }),
  [TEST_TASK]: withTenant(async (context, { tenantId, payload }) => {
    await sendTest(context, { tenantId, testId: (payload as { testId: string }).testId });
  }),
};

async function sweep({ database }: JobContext, tenantId: string): Promise<void> {
  await database.changeTenant(tenantId, async (tx) => {
    await eraseOldTests(tx, new Date(tx.now.getTime() - TEST_OVER_SECONDS * 1000));
    const events: NewEvent[] = [];
    for (const id of await listOverdueRequests(tx, CLOSED_AT_ONCE)) {
      events.push(...(await closeRequest(tx, id)));
      await eraseRequest(tx, id);
    }
    return { result: null, events };
  });
}

type Work = (context: JobContext, task: { tenantId: string; payload: unknown }) => Promise<void>;

function withTenant(work: Work): Job {
  return {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await work(context, { tenantId, payload });
    },
  };
}

type Place = { tenantId: string; requestId: string };

type Claimed = {
  sender: OpenedSender;
  number: number;
  request: RequestRow & { contact: string; code: string };
  endsAt: Date;
};

/** One attempt by one sender. True: there may be another right away. */
async function sendOnce(context: JobContext, place: Place): Promise<boolean> {
  const { database, log } = context;
  const claimed = await database.changeTenant(place.tenantId, (tx) =>
    claimAttempt(tx, context, place.requestId),
  );
  if (claimed === "again") return true;
  if (claimed === null) return false;
  const { sender, request, endsAt } = claimed;
  const milliseconds = Math.max(1, endsAt.getTime() - context.clock().getTime());
  const sending = await send(context, {
    tenantId: place.tenantId,
    sender,
    milliseconds,
    message: {
      contact: { kind: request.contactKind, value: request.contact },
      code: request.code,
      branchName: request.branchName,
      language: request.language,
      reference: request.id,
      ...writeMessage(sender.configured, request),
    },
  });
  const told = { requestId: request.id, senderId: sender.id, outcome: sending.kind };
  log.info(told, "code handed to a sender");
  return await database.changeTenant(place.tenantId, (tx) => noteSending(tx, { claimed, sending }));
}

type Change<T> = { result: T; events: NewEvent[] };

/** The row that says who is sending is committed before anybody is called. */
async function claimAttempt(
  tx: TenantTransaction,
  { sealing }: JobContext,
  requestId: string,
): Promise<Change<Claimed | "again" | null>> {
  const request = await lockRequest(tx, requestId);
  const none: Change<null> = { result: null, events: [] };
  if (!request || isOver(request)) return none;
  const attempts = await listAttempts(tx, requestId);
  const plan = planNext(attempts, { ...request, now: tx.now });
  if (plan.kind === "later") {
    const payload = { requestId };
    await enqueue(tx, { task: SEND_TASK, payload, runAt: plan.at, key: requestId });
    return none;
  }
  if (plan.kind !== "send") return { result: null, events: await finish(tx, request, plan) };
  const step = request.steps[plan.step];
  if (!step) throw new Error(`request ${requestId} has no step ${plan.step}`);
  const sender = await openSender(tx, sealing, step.senderId);
  const number = attempts.length + 1;
  const last = Math.min(tx.now.getTime() + step.timeoutSeconds * 1000, request.deadline.getTime());
  const attempt = { requestId, number, step: plan.step, senderId: step.senderId };
  const endsAt = new Date(last);
  await insertAttempt(tx, { ...attempt, endsAt });
  const fault = findSenderFault(sender, request);
  const { contact, code } = request;
  if (!sender || fault || contact === null || code === null) {
    const why = { reason: "content", detail: fault ?? "nothing to send", providerId: null };
    await finishAttempt(tx, { requestId, number, state: "rejected", retryAt: null, ...why });
    return { result: "again", events: [] };
  }
  // Whoever sends may die: somebody looks when it must be over.
  const look = new Date(last + (ATTEMPT_GRACE_SECONDS + 1) * 1000);
  await enqueue(tx, { task: SEND_TASK, payload: { requestId }, runAt: look, key: requestId });
  const { way } = KINDS[sender.kind];
  const sendingNow = { ...request, state: "sending", way, failure: null } as const;
  await answerRequest(tx, sendingNow);
  const result = { sender, number, request: { ...request, contact, code }, endsAt };
  return { result, events: [codeAnswered(tx, sendingNow)] };
}

function findSenderFault(sender: OpenedSender | null, request: RequestRow): string | null {
  if (!sender) return "the sender was removed";
  return KINDS[sender.kind].carries.includes(request.contactKind)
    ? null
    : `this sender reaches no ${request.contactKind}`;
}

const isOver = ({ state }: RequestRow) => state !== "waiting" && state !== "sending";

type Outcome =
  | { kind: "sent"; way: Way }
  | { kind: "unknown" }
  | { kind: "failed"; failure: Failure };

async function finish(
  tx: TenantTransaction,
  request: RequestRow,
  outcome: Outcome,
): Promise<NewEvent[]> {
  const told = {
    ...request,
    state: outcome.kind,
    way: outcome.kind === "sent" ? outcome.way : null,
    failure: outcome.kind === "failed" ? outcome.failure : null,
  };
  await answerRequest(tx, told);
  if (outcome.kind === "failed") await giveMessageBack(tx, request);
  return [codeAnswered(tx, told)];
}

async function noteSending(
  tx: TenantTransaction,
  { claimed, sending }: { claimed: Claimed; sending: Sending },
): Promise<Change<boolean>> {
  const { sender, number } = claimed;
  const request = await lockRequest(tx, claimed.request.id);
  if (!request) return { result: false, events: [] };
  const retryAt =
    sending.kind === "retry" ? new Date(tx.now.getTime() + sending.afterSeconds * 1000) : null;
  await finishAttempt(tx, {
    ...{ requestId: request.id, number, state: sending.kind, retryAt },
    reason: "reason" in sending ? sending.reason : null,
    detail: "detail" in sending ? leaveOut(sending.detail, claimed.request.contact) : null,
    providerId: sending.kind === "accepted" ? sending.providerId : null,
  });
  // An answer that came after its time still is the truth, where it says that the message went out.
  if (sending.kind === "accepted") {
    const { way } = KINDS[sender.kind];
    return { result: false, events: await finish(tx, request, { kind: "sent", way }) };
  }
  if (isOver(request)) return { result: false, events: [] };
  if (sending.kind === "unknown")
    return { result: false, events: await finish(tx, request, { kind: "unknown" }) };
  return { result: true, events: [] };
}

/** The code's life is over: whatever is open ends, and nothing of the guest is kept. */
async function closeRequest(tx: TenantTransaction, requestId: string): Promise<NewEvent[]> {
  const request = await lockRequest(tx, requestId);
  if (!request || isOver(request)) return [];
  const attempts = await listAttempts(tx, requestId);
  const isClaimed = attempts.at(-1)?.state === "claimed";
  return finish(
    tx,
    request,
    isClaimed ? { kind: "unknown" } : { kind: "failed", failure: "expired" },
  );
}

type Call = {
  tenantId: string;
  sender: OpenedSender;
  message: Outgoing;
  milliseconds: number;
};

/** Never throws: what an adapter did not foresee may have sent the message. */
async function send(context: JobContext, call: Call): Promise<Sending> {
  const { sender, tenantId, message } = call;
  const signal = AbortSignal.timeout(call.milliseconds);
  const tokens = openTokens(context, { tenantId, senderId: sender.id, signal });
  try {
    const { outbound } = context;
    return await ADAPTERS[sender.kind](sender.configured, message, { outbound, tokens, signal });
  } catch (error) {
    context.log.error({ senderId: sender.id, err: error }, "a sender's adapter failed");
    return { kind: "unknown", detail: "an error of ours: see the log" };
  }
}

async function sendTest(
  context: JobContext,
  { tenantId, testId }: { tenantId: string; testId: string },
): Promise<void> {
  const { database, sealing } = context;
  const claimed = await database.inTenant(tenantId, async (tx) => {
    const test = await claimTest(tx, testId);
    const sender = test && (await openSender(tx, sealing, test.senderId));
    return test?.contact && sender ? { test, contact: test.contact, sender } : null;
  });
  if (!claimed) return;
  const { test, contact, sender } = claimed;
  const kind = contact.includes("@") ? "email" : "phone";
  const words = { code: TEST_CODE, branchName: "Foyer", minutes: 5, host: null, link: null };
  const message = {
    ...{ contact: { kind, value: contact } as const, code: TEST_CODE, branchName: "Foyer" },
    ...{ language: test.language, reference: testId },
    ...writeMessage(sender.configured, { ...words, language: test.language }),
  };
  const sending = await send(context, {
    ...{ tenantId, sender, message, milliseconds: TEST_SECONDS * 1000 },
  });
  await database.changeTenant(tenantId, async (tx) => {
    const reason = "reason" in sending ? sending.reason : null;
    const detail = "detail" in sending ? leaveOut(sending.detail, contact) : null;
    await finishTest(tx, { id: testId, state: sending.kind, reason, detail });
    const payload = { senderId: sender.id, testId, state: sending.kind };
    return {
      result: null,
      events: [codeEvent(tx, { type: "sender.tested", branchId: null, payload })],
    };
  });
}
