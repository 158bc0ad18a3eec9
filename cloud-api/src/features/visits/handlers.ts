import type { TenantTransaction } from "../../platform/db.ts";
import type { BoxEvent, EventHandlers, LogEvent } from "../../platform/events.ts";
import { findCustomerOfGuest, recordVisits } from "../customers/index.ts";
import {
  attachGuestVisits,
  attachVisit,
  attachVisitsOf,
  countVisits,
  endVisit,
  findVisitOwner,
  insertVisit,
  listUnownedVisits,
  nameGuest,
  numberVisits,
  type VisitOwner,
} from "./queries.ts";
import { clampUsage, isPresumed } from "./rules.ts";
import { addUpSessions, keepSession } from "./session-queries.ts";

/**
 * What the log tells about visits, in whatever order it comes. A visit is its guest's customer's;
 * one whose guest becomes known later is counted from then on, and the others are numbered anew.
 */
export const visitHandlers: EventHandlers = {
  "visit.started": async (tx, event) => {
    const { source, visitId } = event.payload;
    const before = await findVisitOwner(tx, visitId);
    const owner = await insertVisit(tx, { ...placeOf(event), source });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    await giveToCustomer(tx, { visitId, owner, before, position: event.position });
    return [];
  },

  "visit.ended": async (tx, event) => {
    const { visitId, sessions } = event.payload;
    const endedAt = new Date(event.payload.endedAt);
    const usage = clampUsage(event.payload);
    const end = { endedAt, usage, sessions, word: event.origin };
    const before = await findVisitOwner(tx, visitId);
    const owner = await endVisit(tx, { ...placeOf(event), ...end });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    await giveToCustomer(tx, { visitId, owner, before, position: event.position });
    return [];
  },

  "session.started": async (tx, event) => {
    const { visitId, guestId, nasId, deviceId } = event.payload;
    await keepSession(tx, {
      ...wordOf(event),
      ...{ state: "going-on", start: { nasId, deviceId }, startedAt: event.occurredAt },
    });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    if (guestId) await becomeKnown(tx, { visitId, guestId, position: event.position });
    return [];
  },

  "session.updated": async (tx, event) => {
    const usage = clampUsage(event.payload);
    await keepSession(tx, { ...wordOf(event), state: "going-on", usage });
    await addUpSessions(tx, { visitId: event.payload.visitId, at: event.occurredAt });
    return [];
  },

  "session.ended": async (tx, event) => {
    const { visitId, cause } = event.payload;
    const startedAt = new Date(event.payload.startedAt);
    const endedAt = new Date(Math.max(Date.parse(event.payload.endedAt), startedAt.getTime()));
    const usage = clampUsage(event.payload);
    const state = isPresumed(cause) ? "presumed-over" : "ended";
    await keepSession(tx, { ...wordOf(event), state, startedAt, end: { endedAt, cause }, usage });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    return [];
  },

  "device.recognised": async (tx, { payload, position }) => {
    const { deviceId, guestId } = payload;
    for (const { visitId } of await listUnownedVisits(tx, deviceId))
      await becomeKnown(tx, { visitId, guestId, position });
    return [];
  },

  "guest.verified": (tx, event) => attachVisits(tx, event),
  "guest.recognised": (tx, event) => attachVisits(tx, event),

  "customer.merged": (tx, event) => followGuests(tx, event),
  "customer.unmerged": (tx, event) => followGuests(tx, event),
};

/** Guests went from one record to another: their visits go along, and both are numbered anew. */
async function followGuests(
  tx: TenantTransaction,
  { payload, position }: LogEvent<string, { keptId: string; goneId: string }>,
): Promise<[]> {
  const customerIds = [payload.keptId, payload.goneId];
  const losers = await attachVisitsOf(tx, customerIds);
  for (const customerId of new Set([...customerIds, ...losers]))
    await recount(tx, { customerId, position });
  return [];
}

/** A guest is a customer's from now on: so are their visits. */
async function attachVisits(
  tx: TenantTransaction,
  { payload, position }: BoxEvent<"guest.verified" | "guest.recognised">,
): Promise<[]> {
  const { guestId } = payload;
  const customerId = await findCustomerOfGuest(tx, guestId);
  if (customerId === null) return [];
  const { moved, losers } = await attachGuestVisits(tx, { guestId, customerId });
  if (moved === 0) return [];
  for (const each of [customerId, ...losers]) await recount(tx, { customerId: each, position });
  return [];
}

function placeOf(event: BoxEvent<"visit.started" | "visit.ended">) {
  const { visitId, deviceId, guestId, startedAt } = event.payload;
  return {
    visitId,
    branchId: event.branchId,
    boxId: event.origin.boxId,
    deviceId,
    guestId,
    startedAt: new Date(startedAt),
    at: event.occurredAt,
  };
}

/** A visit that nobody was named for turns out to be this guest's. */
async function becomeKnown(
  tx: TenantTransaction,
  { visitId, guestId, position }: { visitId: string; guestId: string; position: number },
): Promise<void> {
  const owner = await findVisitOwner(tx, visitId);
  if (!owner || owner.guestId !== null) return;
  await nameGuest(tx, { visitId, guestId });
  await giveToCustomer(tx, { visitId, owner: { ...owner, guestId }, before: owner, position });
}

/** Gives the visit to its guest's customer, and counts again whoever gained or lost one. */
async function giveToCustomer(
  tx: TenantTransaction,
  visit: { visitId: string; owner: VisitOwner; before: VisitOwner | null; position: number },
): Promise<void> {
  const { visitId, owner, before, position } = visit;
  if (owner.guestId === null) return;
  const customerId = await findCustomerOfGuest(tx, owner.guestId);
  // A start that moved back may change places with the start of another visit.
  const isMoved = before !== null && owner.startedAt < before.startedAt;
  if (customerId === owner.customerId) {
    if (isMoved && customerId !== null) await recount(tx, { customerId, position });
    return;
  }
  await attachVisit(tx, { visitId, customerId });
  for (const each of [customerId, owner.customerId])
    if (each !== null) await recount(tx, { customerId: each, position });
}

async function recount(
  tx: TenantTransaction,
  { customerId, position }: { customerId: string; position: number },
): Promise<void> {
  await numberVisits(tx, customerId);
  const counted = await countVisits(tx, { customerId, position });
  await recordVisits(tx, { customerId, ...counted });
}

/** What every word of a session says. */
function wordOf(event: BoxEvent<"session.started" | "session.updated" | "session.ended">) {
  const { sessionId, visitId, policyId = null } = event.payload;
  const place = { sessionId, visitId, branchId: event.branchId, policyId };
  const unsaid = { start: null, startedAt: null, end: null, usage: null };
  return { ...place, at: event.occurredAt, word: event.origin, ...unsaid };
}
