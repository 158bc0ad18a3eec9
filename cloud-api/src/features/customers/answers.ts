import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { EventHandlers, NewEvent } from "../../platform/events.ts";
import { resolveCustomer } from "./edit-queries.ts";
import { getCustomer } from "./edits.ts";
import { forget } from "./forget-queries.ts";
import { finishRequest, noteRequest, type Outcome, restrictCustomer } from "./request-queries.ts";
import type { RequestKind } from "./request-rules.ts";

type Answered = { customerId: string; requestId: string; staffId: string };

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "customer.request-noted": Answered & { kind: RequestKind };
    "customer.request-finished": Answered & { kind: RequestKind; outcome: "done" | "refused" };
    /** Staff carry out that somebody asked to be forgotten. */
    "customer.erasure-ordered": Answered & { branchId: string };
    "customer.restricted": { customerId: string; staffId: string };
    "customer.restriction-lifted": { customerId: string; staffId: string };
  }
}

/** Staff write down what somebody asked for. */
export async function noteAsked(
  tx: TenantTransaction,
  asked: { customerId: string; kind: RequestKind; note: string | null; staffId: string },
): Promise<{ requestId: string; events: NewEvent[] }> {
  const { customerId, kind, staffId } = asked;
  const { sourceBranchId: branchId } = await getCustomer(tx, customerId);
  const requestId = newId();
  await noteRequest(tx, { ...asked, id: requestId, branchId });
  const payload = { customerId, requestId, kind, staffId };
  return { requestId, events: [toEvent(tx, "customer.request-noted", payload)] };
}

/** Notes what became of a request, and does what it asks for where a program can. */
export async function answerRequest(tx: TenantTransaction, answer: Outcome): Promise<NewEvent[]> {
  const { id: requestId, customerId, outcome, staffId } = answer;
  const request = await finishRequest(tx, answer);
  if (!request) throw refuse("not-found", "There is no such open request.");
  const { kind, branchId } = request;
  const who = { customerId, staffId };
  const finished = { ...who, requestId, kind, outcome };
  const events = [toEvent(tx, "customer.request-finished", finished)];
  if (outcome === "refused") return events;
  if (kind === "deletion")
    events.push(toEvent(tx, "customer.erasure-ordered", { ...who, requestId, branchId }));
  if (kind === "restriction") {
    await restrictCustomer(tx, { customerId, since: tx.now, position: 0 });
    events.push(toEvent(tx, "customer.restricted", who));
  }
  return events;
}

/** The record is used again. */
export async function liftRestriction(
  tx: TenantTransaction,
  who: { customerId: string; staffId: string },
): Promise<NewEvent[]> {
  await getCustomer(tx, who.customerId);
  await restrictCustomer(tx, { customerId: who.customerId, since: null, position: 0 });
  return [toEvent(tx, "customer.restriction-lifted", who)];
}

function toEvent(tx: TenantTransaction, type: string, payload: Record<string, unknown>): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}

export const answerHandlers: EventHandlers = {
  "customer.erasure-ordered": async (tx, { payload, occurredAt: at, position }) => {
    const { customerId: guestId, branchId } = payload;
    const customerId = (await resolveCustomer(tx, guestId)) ?? guestId;
    await forget(tx, { guestId, branchId, customerId, at, position });
    return [];
  },
  "customer.restricted": async (tx, { payload, occurredAt: since, position }) => {
    await restrict(tx, { customerId: payload.customerId, since, position });
    return [];
  },
  "customer.restriction-lifted": async (tx, { payload, position }) => {
    await restrict(tx, { customerId: payload.customerId, since: null, position });
    return [];
  },
};

async function restrict(
  tx: TenantTransaction,
  { customerId: named, ...change }: { customerId: string; since: Date | null; position: number },
): Promise<void> {
  const customerId = (await resolveCustomer(tx, named)) ?? named;
  await restrictCustomer(tx, { customerId, ...change });
}
