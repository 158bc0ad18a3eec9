import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import {
  beginClocks,
  countChanges,
  listChanges,
  listCustomersOf,
  listOutdatedBranches,
} from "./count-queries.ts";
import { askRecount, lockToCount, recountAll } from "./recount.ts";
import { countSteps } from "./sign-in-queries.ts";
import { readSteps, SIGN_IN_TYPES } from "./sign-ins.ts";
import { noteUseOf } from "./use-sum-queries.ts";
import { keepWaysIn, listVisitsOfDevices, readWaysIn } from "./way-in-queries.ts";

const TYPES = [
  ...["visit.started", "visit.ended", "session.started", "session.updated", "session.ended"],
  ...["device.seen", "device.described", "device.recognised", "guest.verified", "guest.recognised"],
  ...["customer.merged", "customer.unmerged", "replay.begun", "branch.changed"],
  ...SIGN_IN_TYPES,
];

/** What they tell of a device, its visits are told apart by. */
const OF_DEVICES: ReadonlySet<string> = new Set(["device.seen", "device.described"]);

const OF_SESSIONS: ReadonlySet<string> = new Set([
  ...["session.started", "session.updated", "session.ended"],
]);

/** All of it is done once for a batch of events. */
export const reportHandlers: EventHandlers = Object.fromEntries(
  TYPES.map((type) => [type, async () => []]),
);

/**
 * Counts the visits that some events were about, and takes out what was counted of them before. What is
 * counted is what `visits` has made of them, so it does not matter how often or in what order.
 */
export async function settleReports(
  tx: TenantTransaction,
  events: readonly LogEvent[],
): Promise<NewEvent[]> {
  await lockToCount(tx);
  await beginClocks(tx);
  // What was read again is counted again, once all of it was read.
  if (!tx.replaying && events.some(({ type }) => type === "replay.begun")) await recountAll(tx);
  await countSteps(tx, events.flatMap(readSteps));
  const cameIn = await keepWaysIn(tx, readWaysIn(events));
  const read = (...keys: string[]) => [
    ...new Set(
      events.flatMap(({ payload }) =>
        keys.flatMap((key) => {
          const id = payload[key];
          return typeof id === "string" ? [id.toLowerCase()] : [];
        }),
      ),
    ),
  ];
  const seen = events.flatMap(({ type, payload: { deviceId } }) =>
    OF_DEVICES.has(type) && typeof deviceId === "string" ? [deviceId.toLowerCase()] : [],
  );
  const ofDevices = await listVisitsOfDevices(tx, [...new Set(seen)]);
  const customerIds = new Set([
    ...read("customerId", "keptId", "goneId"),
    ...(await listCustomersOf(tx, read("guestId"))),
  ]);
  const changes = await listAllChanges(tx, {
    visitIds: [...new Set([...read("visitId"), ...cameIn, ...ofDevices])],
    customerIds,
  });
  const toldAt = readToldTimes(events);
  await countChanges(
    tx,
    changes.map((change) => ({ ...change, told_at: toldAt(change.visit_id) })),
  );
  await noteUseOf(tx, readSessionVisits(events));
  const outdated = await listOutdatedBranches(tx);
  if (outdated.length > 0) await askRecount(tx, outdated);
  return [];
}

/** Of whose visits some session was told of. */
const readSessionVisits = (events: readonly LogEvent[]): string[] => [
  ...new Set(
    events.flatMap(({ type, payload: { visitId } }) =>
      OF_SESSIONS.has(type) && typeof visitId === "string" ? [visitId.toLowerCase()] : [],
    ),
  ),
];

/** Sessions of some visits are kept no longer: what they came to is to be told no longer either. */
export async function noteSessionsGone(
  tx: TenantTransaction,
  visitIds: readonly string[],
): Promise<void> {
  await lockToCount(tx);
  await noteUseOf(tx, visitIds);
}

/** A visit that went from one customer to another changes the numbers of the other's as well. */
async function listAllChanges(
  tx: TenantTransaction,
  { visitIds, customerIds }: { visitIds: readonly string[]; customerIds: Set<string> },
) {
  for (;;) {
    const changes = await listChanges(tx, { visitIds, customerIds: [...customerIds] });
    const known = customerIds.size;
    for (const { customer_id: id } of changes) if (id !== null) customerIds.add(id);
    if (customerIds.size === known) return changes;
  }
}

/** When the last of the events about a visit came; of a visit that none names, the last of them all. */
function readToldTimes(events: readonly LogEvent[]): (visitId: string) => string {
  const times = new Map<string, Date>();
  let last = new Date(0);
  for (const { payload, receivedAt } of events) {
    if (receivedAt > last) last = receivedAt;
    if (typeof payload.visitId !== "string") continue;
    const id = payload.visitId.toLowerCase();
    const before = times.get(id);
    if (before === undefined || receivedAt > before) times.set(id, receivedAt);
  }
  return (visitId) => (times.get(visitId) ?? last).toISOString();
}
