import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { resolveCustomer } from "./edit-queries.ts";
import { getCustomer } from "./edits.ts";
import { forget } from "./forget-queries.ts";
import { lockCustomers } from "./lock-queries.ts";
import {
  finishRequest,
  followRestriction,
  noteRequest,
  type Outcome,
  restrictCustomer,
} from "./request-queries.ts";
import type { RequestKind } from "./request-rules.ts";

type Who = { customerId: string; staffId: string };
type Answered = Who & { requestId: string };

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "customer.request-noted": Answered & { kind: RequestKind };
    "customer.request-finished": Answered & { kind: RequestKind; outcome: "done" | "refused" };
    /** Staff carry out that somebody asked to be forgotten. */
    "customer.erasure-ordered": Answered & { branchId: string };
    "customer.restricted": Who;
    "customer.restriction-lifted": Who;
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
  const after = { kind, note: asked.note };
  noteChange(tx, { kind: "requests", id: requestId, customerId, before: null, after });
  const payload = { customerId, requestId, kind, staffId };
  return { requestId, events: [toEvent(tx, "customer.request-noted", payload)] };
}

/** Notes what became of a request, and does what it asks for where a program can. */
export async function answerRequest(tx: TenantTransaction, answer: Outcome): Promise<NewEvent[]> {
  const { id: requestId, customerId, outcome, staffId } = answer;
  // Before the request, as whoever makes two customers one has them.
  await lockCustomers(tx, [customerId]);
  const request = await finishRequest(tx, answer);
  if (!request) throw refuse("not-found", "There is no such open request.");
  const { kind, branchId } = request;
  const versions = { before: { outcome: null }, after: { kind, outcome, note: answer.note } };
  noteChange(tx, { kind: "requests", id: requestId, customerId, ...versions });
  const who = { customerId, staffId };
  const finished = { ...who, requestId, kind, outcome };
  const events = [toEvent(tx, "customer.request-finished", finished)];
  if (outcome === "refused") return events;
  if (kind === "deletion")
    events.push(toEvent(tx, "customer.erasure-ordered", { ...who, requestId, branchId }));
  if (kind === "restriction") {
    const restricted = toEvent(tx, "customer.restricted", who);
    await restrictCustomer(tx, { customerId, since: tx.now, eventId: restricted.id });
    events.push(restricted);
  }
  return events;
}

/** The record is used again. */
export async function liftRestriction(tx: TenantTransaction, who: Who): Promise<NewEvent[]> {
  const { isRestricted } = await getCustomer(tx, who.customerId);
  const lifted = toEvent(tx, "customer.restriction-lifted", who);
  await restrictCustomer(tx, { customerId: who.customerId, since: null, eventId: lifted.id });
  const versions = { before: { restricted: isRestricted }, after: { restricted: false } };
  noteChange(tx, { kind: "customers", id: who.customerId, ...versions });
  return [lifted];
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
  "customer.restricted": async (tx, event) => {
    await follow(tx, event, event.occurredAt);
    return [];
  },
  "customer.restriction-lifted": async (tx, event) => {
    await follow(tx, event, null);
    return [];
  },
};

async function follow(
  tx: TenantTransaction,
  { id: eventId, payload: { customerId: meantId }, position }: LogEvent<string, Who>,
  since: Date | null,
): Promise<void> {
  const customerId = (await resolveCustomer(tx, meantId)) ?? meantId;
  await followRestriction(tx, { meantId, customerId, since, eventId, position });
}
