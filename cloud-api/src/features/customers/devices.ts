import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import type { BoxEvent, LogEvent, Together } from "../../platform/events.ts";
import {
  listForgottenDevices,
  listForgottenGuests,
  listGuestsElsewhere,
  listLinks,
  noteChanges,
  noteDevices,
  writeLinks,
} from "./device-queries.ts";
import {
  type DeviceWord,
  foldDevices,
  foldProofs,
  type Proof,
  readDescription,
} from "./device-rules.ts";

/**
 * The box says whose device it is only where it was proved. What a sign-in page names is not: see
 * signInGuest of the branch store.
 */
type Proving =
  | BoxEvent<"device.recognised">
  | BoxEvent<"session.started">
  | BoxEvent<"visit.started">
  | BoxEvent<"visit.ended">;
type Told = BoxEvent<"device.seen"> | BoxEvent<"device.described"> | Proving;

/** Most of what boxes tell of people: that a device is here again, what it is, and whose. */
export const devicesTogether: Together = {
  types: [
    ...(["device.seen", "device.described", "device.recognised"] as const),
    ...(["session.started", "visit.started", "visit.ended"] as const),
  ],
  handle: async (tx, events) => {
    await noteTold(tx, events as readonly LogEvent[] as readonly Told[]);
    return [];
  },
};

async function noteTold(tx: TenantTransaction, events: readonly Told[]): Promise<void> {
  const seen = events.flatMap((event) => (event.type === "device.seen" ? [event] : []));
  const gone = await listForgottenDevices(
    tx,
    seen.map(({ payload }) => payload.deviceId),
  );
  for (const { id, payload } of seen)
    if (gone.has(payload.deviceId.toLowerCase())) await erasePersonal(tx, id);
  const words = events.map((event) => readWord(event, gone));
  await noteDevices(tx, foldDevices(words).toSorted(byDevice));
  await noteProofs(tx, events);
}

// In one order, so that two who write the same rows wait for each other and no more.
const byDevice = (one: { deviceId: string }, other: { deviceId: string }) =>
  one.deviceId < other.deviceId ? -1 : 1;

/** Its MAC may have been told long ago, or be on its way; until then the device has none. */
function readWord(event: Told, gone: ReadonlySet<string>): DeviceWord {
  const deviceId = event.payload.deviceId.toLowerCase();
  const nothing = { deviceId, mac: null, randomised: false, description: null };
  if (event.type === "device.described")
    return { ...nothing, description: readDescription(event.payload), at: event.occurredAt };
  if (event.type !== "device.seen") return { ...nothing, at: timeOf(event) };
  const { mac = null, randomised } = event.payload;
  const kept = gone.has(deviceId) ? null : mac;
  return { ...nothing, mac: kept, randomised, at: event.occurredAt };
}

function timeOf(event: Proving): Date {
  // It is told once the branch's gap has passed: the device had gone by then.
  return event.type === "visit.ended" ? new Date(event.payload.endedAt) : event.occurredAt;
}

type PlacedProof = Proof & { branchId: string };

async function noteProofs(tx: TenantTransaction, events: readonly Told[]): Promise<void> {
  const proofs = events.flatMap((event): PlacedProof[] => {
    if (event.type === "device.seen" || event.type === "device.described") return [];
    if (!event.payload.guestId) return [];
    const { guestId, deviceId } = event.payload;
    const ids = { guestId: guestId.toLowerCase(), deviceId: deviceId.toLowerCase() };
    return [{ ...ids, branchId: event.branchId, at: timeOf(event), position: event.position }];
  });
  if (proofs.length === 0) return;
  const guestIds = [...new Set(proofs.map(({ guestId }) => guestId))];
  const forgotten = await listForgottenGuests(tx, guestIds);
  // A box is told the ids of other branches' guests: a device that it gave them would be theirs everywhere.
  const elsewhere = await listGuestsElsewhere(tx, proofs);
  const standing = proofs.filter(
    ({ guestId, branchId }) => !forgotten.has(guestId) && !elsewhere.has(`${branchId} ${guestId}`),
  );
  if (standing.length === 0) return;
  const deviceIds = [...new Set(standing.map(({ deviceId }) => deviceId))];
  const { links, news } = foldProofs(await listLinks(tx, { guestIds, deviceIds }), standing);
  await writeLinks(tx, links);
  if (news.length > 0) await noteChanges(tx, news);
}
