import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import type { Sealing } from "../../platform/sealing.ts";
import {
  BATCH_EVENTS,
  judgeMetaAnswer,
  META_API_URL,
  type MetaFault,
  restUntil,
  writeMetaBody,
} from "./meta.ts";
import {
  claimDueEvents,
  type DueEvent,
  findMetaAccess,
  findNextDue,
  leaveOut,
  lockMetaAccess,
  markSent,
  noteMetaFault,
  noteMetaHealthy,
  putBack,
} from "./meta-queries.ts";
import { findLeftOut, LEFT_OUT_REASONS } from "./rules.ts";

const SEND_TASK = "advert-tags.send";
/** How long Meta may take for its answer, the connection included. */
const ANSWER_MILLISECONDS = 15_000;
/** Whoever took events and is not heard of for so long has died over them. */
const LEASE_MILLISECONDS = 15 * 60_000;
/** A refused batch is halved until the one that is no good stands alone: not for ever. */
const CALLS_MAX = 40;

export const advertJobs: Jobs = {
  [SEND_TASK]: {
    work: async (context, { tenantId }) => {
      if (tenantId !== null) await sendDue(context, tenantId);
    },
  },
};

/** What waits is sent as soon as a worker is free, or at a time. */
export function orderSending(tx: TenantTransaction, runAt = tx.now): Promise<void> {
  return enqueue(tx, { task: SEND_TASK, payload: {}, runAt, key: "send" });
}

/** What a token is bound to: in another company's row it opens nothing. */
const placeOf = ({ tenantId }: { tenantId: string }) => `advert-settings ${tenantId} meta-token`;

export const sealToken = (sealing: Sealing, tx: TenantTransaction, token: string): Buffer =>
  sealing.seal(token, placeOf(tx));

type Batch = { url: string; events: readonly DueEvent[] };

async function sendDue(context: JobContext, tenantId: string): Promise<void> {
  const { database } = context;
  const batch = await database.inTenant(tenantId, (tx) => claim(tx, context));
  if (batch === null) return;
  const outcome = await send(context, batch);
  await database.inTenant(tenantId, async (tx) => {
    await keep(tx, outcome);
    await orderNext(tx);
  });
}

/** Null: nothing is to be sent now. */
async function claim(tx: TenantTransaction, { sealing }: JobContext): Promise<Batch | null> {
  const access = await lockMetaAccess(tx);
  if (!access?.token || access.pixelId === null) return null;
  if (access.restUntil !== null && access.restUntil > tx.now) {
    await orderSending(tx, access.restUntil);
    return null;
  }
  const leaseUntil = new Date(tx.now.getTime() + LEASE_MILLISECONDS);
  const due = await claimDueEvents(tx, { limit: BATCH_EVENTS, leaseUntil });
  const judged = due.map((event) => ({ event, reason: findLeftOut(event, access, tx.now) }));
  for (const reason of LEFT_OUT_REASONS) {
    const ids = judged.flatMap((each) => (each.reason === reason ? [each.event.id] : []));
    if (ids.length > 0) await leaveOut(tx, { ids, reason });
  }
  if (due.length === 0) return null;
  const token = sealing.open(access.token, placeOf(tx));
  const url = `${access.apiUrl ?? META_API_URL}/${access.pixelId}/events?access_token=${encodeURIComponent(token)}`;
  return { url, events: judged.flatMap(({ event, reason }) => (reason === null ? [event] : [])) };
}

type Outcome = {
  sent: string[];
  refused: string[];
  /** Not sent, and not their own fault. */
  left: string[];
  fault: MetaFault | null;
};

/** One event that is no good fails the whole call: halves are sent, until it stands alone. */
async function send({ outbound, clock }: JobContext, { url, events }: Batch): Promise<Outcome> {
  const outcome: Outcome = { sent: [], refused: [], left: [], fault: null };
  const queue: (readonly DueEvent[])[] = events.length > 0 ? [events] : [];
  for (let calls = 0; queue.length > 0; calls += 1) {
    const part = queue.shift() ?? [];
    const ids = part.map(({ id }) => id);
    if (outcome.fault !== null || calls >= CALLS_MAX) {
      outcome.left.push(...ids);
      continue;
    }
    const answer = await outbound.call({
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      body: writeMetaBody(part, clock()),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    const verdict = judgeMetaAnswer(answer, part.length);
    if (verdict.kind === "taken") outcome.sent.push(...ids);
    else if (verdict.kind === "later") {
      outcome.fault = verdict.fault;
      outcome.left.push(...ids);
    } else if (part.length === 1) outcome.refused.push(...ids);
    else queue.push(...halve(part));
  }
  return outcome;
}

function halve<Item>(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

async function keep(tx: TenantTransaction, { sent, refused, left, fault }: Outcome): Promise<void> {
  const access = await lockMetaAccess(tx);
  if (sent.length > 0) await markSent(tx, sent);
  if (refused.length > 0) await leaveOut(tx, { ids: refused, reason: "refused" });
  // Due at once: it is the way to Meta that rests, and a new token ends that.
  if (left.length > 0) await putBack(tx, left);
  if (fault !== null) {
    const until = restUntil((access?.failures ?? 0) + 1, tx.now);
    await noteMetaFault(tx, { fault, until });
  } else if (sent.length + refused.length > 0) await noteMetaHealthy(tx);
}

async function orderNext(tx: TenantTransaction): Promise<void> {
  const dueAt = await findNextDue(tx);
  const access = await findMetaAccess(tx);
  if (dueAt === null || !access?.token) return;
  const at = Math.max(dueAt.getTime(), access.restUntil?.getTime() ?? 0, tx.now.getTime());
  await orderSending(tx, new Date(at));
}
