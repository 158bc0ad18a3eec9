import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import {
  type Claimed,
  claimDue,
  failWaiting,
  findNextDue,
  finishDelivery,
  insertAttempt,
} from "./delivery-queries.ts";
import { orderNotices } from "./notices.ts";
import { type Written, writeMessages } from "./payload.ts";
import {
  type DisabledReason,
  disableEndpoint,
  type EndpointRow,
  lockEndpoint,
  noteFailing,
  noteHealthy,
  type Sealed,
} from "./queries.ts";
import {
  isHopeless,
  judgeAnswer,
  nextAttempt,
  type Outcome,
  restUntil,
  shortenAnswer,
} from "./rules.ts";
import { openSecrets } from "./secrets.ts";
import { signMessage } from "./sign.ts";
import { DELIVER_TASK } from "./tasks.ts";

export type Place = { tenantId: string; endpointId: string };

/** How many messages are on their way to one endpoint at once. */
const BATCH_MESSAGES = 8;
/** How long a receiver may take for its answer, the connection included. */
const ANSWER_MILLISECONDS = 10_000;
/** Whoever took messages and is not heard of for so long has died over them. */
const LEASE_MILLISECONDS = 60_000;
/** After this time an endpoint gives its place to others. */
const SLICE_MILLISECONDS = 10_000;

/** Where messages go to, and how they are signed. */
type Batch = { url: string; secrets: string[]; messages: Outgoing[] };
type Outgoing = Claimed & { written: Written };
type Ready = Outgoing & { written: Extract<Written, { kind: "ready" }> };
type Sent = { message: Ready; outcome: Outcome; at: Date; milliseconds: number };

/** Sends an endpoint what is due, for a while. */
export async function deliverDue(context: JobContext, place: Place): Promise<void> {
  const { database } = context;
  const until = Date.now() + SLICE_MILLISECONDS;
  for (;;) {
    const batch = await database.inTenant(place.tenantId, (tx) => claim(tx, context, place));
    if (batch === null) return;
    const ready = batch.messages.filter((each): each is Ready => each.written.kind === "ready");
    const sent = await Promise.all(ready.map((message) => send(context, { ...batch, message })));
    const goesOn = await database.changeTenant(place.tenantId, (tx) => keep(tx, { place, sent }));
    if (!goesOn || Date.now() >= until) return;
  }
}

/** Null: nothing is due, or nothing is to be sent there now. */
async function claim(
  tx: TenantTransaction,
  { sealing }: JobContext,
  { tenantId, endpointId }: Place,
): Promise<Batch | null> {
  const endpoint = await lockEndpoint(tx, endpointId);
  if (!endpoint || !isTakingNow(endpoint, tx.now)) return null;
  const leaseUntil = new Date(tx.now.getTime() + LEASE_MILLISECONDS);
  const claimed = await claimDue(tx, { endpointId, limit: BATCH_MESSAGES, leaseUntil });
  if (claimed.length === 0) return null;
  const written = await writeMessages(tx, claimed);
  const messages: Outgoing[] = [];
  for (const message of claimed) {
    const text = written.get(message.id);
    if (!text) throw new Error(`The message ${message.id} was not written.`);
    messages.push({ ...message, written: text });
    if (text.kind === "ready") continue;
    const { id: messageId, attempts } = message;
    const withheld = { state: "withheld", status: null, reason: text.reason, dueAt: null } as const;
    await finishDelivery(tx, { endpointId, messageId, attempts, ...withheld });
  }
  const secrets = openSecrets(sealing, { tenantId, endpointId, sealed: endpoint, now: tx.now });
  return { url: endpoint.url, secrets, messages };
}

const isTakingNow = ({ state, restUntil: until }: EndpointRow & Sealed, now: Date) =>
  state === "on" && (until === null || until <= now);

async function send(
  { outbound, clock }: JobContext,
  { url, secrets, message }: Omit<Batch, "messages"> & { message: Ready },
): Promise<Sent> {
  const at = clock();
  const begun = performance.now();
  const { body } = message.written;
  const answer = await outbound.call({
    method: "POST",
    url,
    headers: {
      "content-type": "application/json",
      ...signMessage({ id: `msg_${message.id}`, at, body, secrets }),
    },
    body,
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
  });
  const milliseconds = Math.round(performance.now() - begun);
  return { message, outcome: judgeAnswer(answer, clock()), at, milliseconds };
}

type Keeping = { place: Place; sent: readonly Sent[] };

/** Keeps what came of a batch. `result`: whether more may be sent now. */
async function keep(
  tx: TenantTransaction,
  { place: { endpointId }, sent }: Keeping,
): Promise<{ result: boolean; events: NewEvent[] }> {
  // Locked first: whoever changes deliveries holds their endpoint.
  const endpoint = await lockEndpoint(tx, endpointId);
  if (!endpoint) return { result: false, events: [] };
  for (const each of sent) await keepOne(tx, endpointId, each);
  const outcomes = sent.map(({ outcome }) => outcome);
  if (outcomes.some(({ kind }) => kind === "gone"))
    return { result: false, events: await disable(tx, endpoint, "gone") };
  const failed = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome] : []));
  const troubles = failed.filter(({ isTrouble }) => isTrouble);
  if (failed.length < sent.length) await noteHealthy(tx, endpointId);
  if (failed.length === 0) return { result: true, events: [] };
  const rest = troubles.length > 0 ? restUntil(endpoint.rests, tx.now, findLatest(troubles)) : null;
  await noteFailing(tx, { id: endpointId, failures: failed.length, restUntil: rest });
  const now = await lockEndpoint(tx, endpointId);
  if (now?.state === "on" && isHopeless(now, tx.now))
    return { result: false, events: await disable(tx, endpoint, "failing") };
  return { result: rest === null, events: [] };
}

function findLatest(troubles: readonly { notBefore: Date | null }[]): Date | null {
  const times = troubles.flatMap(({ notBefore }) => (notBefore ? [notBefore.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.max(...times));
}

async function keepOne(
  tx: TenantTransaction,
  endpointId: string,
  { message, outcome, at, milliseconds }: Sent,
): Promise<void> {
  const { id: messageId, attempts, deadlineAt, written } = message;
  const { kind, status } = outcome;
  const reason = kind === "failed" ? outcome.reason : kind === "gone" ? "status" : null;
  const response = kind === "delivered" ? null : shortenAnswer(outcome.text, written.personal);
  const attempt = { number: attempts, at, milliseconds, status, reason, response };
  await insertAttempt(tx, { endpointId, messageId, ...attempt });
  const notBefore = kind === "failed" ? outcome.notBefore : null;
  const retry = { attempts, deadlineAt, now: tx.now, random: Math.random(), notBefore };
  const dueAt = kind === "failed" ? nextAttempt(retry) : null;
  const ended = kind === "delivered" ? "delivered" : "failed";
  const state = dueAt ? "waiting" : ended;
  await finishDelivery(tx, { endpointId, messageId, attempts, state, status, reason, dueAt });
}

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** An endpoint failed for too long, or said that it is gone: nothing is sent there any more. */
    "webhook.disabled": { endpointId: string; reason: DisabledReason };
  }
}

async function disable(
  tx: TenantTransaction,
  { id: endpointId, state }: EndpointRow,
  reason: DisabledReason,
): Promise<NewEvent[]> {
  // Turned off meanwhile, or by the answer to another message.
  if (state !== "on") return [];
  await disableEndpoint(tx, { id: endpointId, reason });
  await failWaiting(tx, endpointId);
  await orderNotices(tx, endpointId);
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  const told = { id: newId(), type: "webhook.disabled", occurredAt: tx.now };
  return [{ ...told, payload: { endpointId, reason }, ...common }];
}

/** Has an endpoint looked after when the next of its messages is due, or its rest is over. */
export async function wakeWhenDue(tx: TenantTransaction, endpointId: string): Promise<void> {
  // Held: whoever puts a message in afterwards sets the job to now, and nobody sets it later again.
  const endpoint = await lockEndpoint(tx, endpointId);
  const dueAt = endpoint?.state === "on" ? await findNextDue(tx, endpointId) : null;
  if (!endpoint || dueAt === null) return;
  const runAt = new Date(Math.max(dueAt.getTime(), endpoint.restUntil?.getTime() ?? 0));
  await enqueue(tx, { task: DELIVER_TASK, payload: { endpointId }, runAt, key: endpointId });
}
