import type { TenantTransaction } from "../../platform/db.ts";
import type { BoxEvent, EventHandlers } from "../../platform/events.ts";
import { findCustomerOfGuest, recordVisits } from "../customers/index.ts";
import {
  addUpSessions,
  attachGuestVisits,
  attachVisit,
  countVisits,
  endVisit,
  findVisitOwner,
  insertVisit,
  keepSession,
  listUnownedVisits,
  nameGuest,
  numberVisits,
  type SessionWord,
  type VisitOwner,
} from "./queries.ts";
import { clampUsage, isPresumed } from "./rules.ts";

const NO_USAGE = { connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 };

/**
 * What the log tells about visits, in whatever order it comes. A visit is its guest's customer's;
 * one whose guest becomes known later is counted from then on, and the others are numbered anew.
 */
export const visitHandlers: EventHandlers = {
  "visit.started": async (tx, event) => {
    const { source, visitId } = event.payload;
    const owner = await insertVisit(tx, { ...placeOf(event), source });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    await giveToCustomer(tx, { visitId, owner, position: event.position });
    return [];
  },

  "visit.ended": async (tx, event) => {
    const { visitId } = event.payload;
    const endedAt = new Date(event.payload.endedAt);
    const usage = clampUsage(event.payload);
    const owner = await endVisit(tx, { ...placeOf(event), endedAt, usage });
    await addUpSessions(tx, { visitId, at: event.occurredAt });
    await giveToCustomer(tx, { visitId, owner, position: event.position });
    return [];
  },

  "session.started": async (tx, event) => {
    const { sessionId, visitId, guestId } = event.payload;
    const at = event.occurredAt;
    await keepSession(tx, { sessionId, visitId, state: "going-on", usage: NO_USAGE, at });
    await addUpSessions(tx, { visitId, at });
    if (guestId) await becomeKnown(tx, { visitId, guestId, position: event.position });
    return [];
  },

  "session.updated": (tx, event) => keepUsage(tx, event, "going-on"),
  "session.ended": (tx, event) =>
    keepUsage(tx, event, isPresumed(event.payload.cause) ? "presumed-over" : "ended"),

  "device.recognised": async (tx, { payload, position }) => {
    const { deviceId, guestId } = payload;
    for (const { visitId } of await listUnownedVisits(tx, deviceId))
      await becomeKnown(tx, { visitId, guestId, position });
    return [];
  },

  "guest.verified": async (tx, { payload, position }) => {
    const { guestId } = payload;
    const customerId = await findCustomerOfGuest(tx, guestId);
    if (customerId === null) return [];
    const { moved, losers } = await attachGuestVisits(tx, { guestId, customerId });
    if (moved === 0) return [];
    for (const each of [customerId, ...losers]) await recount(tx, { customerId: each, position });
    return [];
  },
};

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
  await giveToCustomer(tx, { visitId, owner: { ...owner, guestId }, position });
}

/** Gives the visit to its guest's customer, and counts again whoever gained or lost one. */
async function giveToCustomer(
  tx: TenantTransaction,
  visit: { visitId: string; owner: VisitOwner; position: number },
): Promise<void> {
  const { visitId, owner, position } = visit;
  if (owner.guestId === null) return;
  const customerId = await findCustomerOfGuest(tx, owner.guestId);
  if (customerId === owner.customerId) return;
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

async function keepUsage(
  tx: TenantTransaction,
  event: BoxEvent<"session.updated" | "session.ended">,
  state: SessionWord["state"],
): Promise<[]> {
  const { sessionId, visitId } = event.payload;
  const at = event.occurredAt;
  await keepSession(tx, { sessionId, visitId, state, usage: clampUsage(event.payload), at });
  await addUpSessions(tx, { visitId, at });
  return [];
}
