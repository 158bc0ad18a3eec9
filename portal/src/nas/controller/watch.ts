import {
  type BranchStore,
  endSession,
  findDevice,
  findDeviceByMac,
  findLastSessionOnNas,
  findSettings,
  listOpenSessionsOfNas,
  presumeSessionOver,
  type Session,
  startSession,
  type Transaction,
  updateSession,
} from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import type { Logger } from "../../log.ts";
import type { NasAdapter, NasTools } from "../adapter.ts";
import type { ListedDevice, Listing } from "./outcome.ts";

/** How often a controller is asked who is online, while somebody is or may come back. */
export const LOOK_SECONDS = 60;
/** One that does not answer is asked half as often each time, down to this. */
const BACK_OFF_SECONDS_MAX = 15 * 60;
/** A list may leave out for a moment who roams from one access point to the next. */
const MISSES_MAX = 2;
/** Controllers tell their access points of a grant after a while. */
const SETTLING_SECONDS = 60;

/**
 * Looks after the sessions of controllers without accounting, whose word begins and ends them as an
 * accounting record does elsewhere. One that cannot be asked ends nothing: a session then lasts until
 * its time is over.
 */
export type ControllerWatch = {
  /** Asks the controllers whose turn it is. */
  look(): Promise<void>;
};

export type WatchOptions = NasTools & {
  store: BranchStore;
  adapterOf: (nas: Nas) => NasAdapter | null;
  clock: () => Date;
  log: Logger;
};

type Watched = {
  nextLookAt: number;
  failures: number;
  /** By session: how many lists in a row it was not on. */
  misses: Map<string, number>;
  /** Until when a guest of this NAS may come back without a page. */
  until: number;
};

export function openControllerWatch(options: WatchOptions): ControllerWatch {
  const { store, adapterOf } = options;
  const watched = new Map<string, Watched>();
  const lookAt = async (nas: Nas): Promise<void> => {
    const now = options.clock().getTime();
    const own: Watched = watched.get(nas.id) ?? {
      ...{ nextLookAt: 0, failures: 0, misses: new Map(), until: now + LOOK_SECONDS * 1000 },
    };
    watched.set(nas.id, own);
    // A turn that lies far ahead is of a clock that was put back since.
    if (now < own.nextLookAt && own.nextLookAt - now <= BACK_OFF_SECONDS_MAX * 1000) return;
    own.nextLookAt = now + LOOK_SECONDS * 1000;
    const open = store.read((tx) => listOpenSessionsOfNas(tx, nas.id));
    own.until = Math.max(
      own.until,
      ...open.map(({ expectedEndAt }) => expectedEndAt?.getTime() ?? 0),
    );
    if (open.length === 0 && own.until < now) return;
    const listing = await adapterOf(nas)?.listDevices?.(nas, options);
    if (!listing) return;
    noteAnswer(options, { nas, own, listing });
    if (listing.kind !== "listed") return;
    const putOut = store.transaction((tx) =>
      keepListing(tx, { nas, own, devices: listing.devices }),
    );
    for (const mac of putOut) await adapterOf(nas)?.putOut?.({ mac, handBack: {} }, nas, options);
  };
  return {
    async look() {
      const nasList = store.read((tx) => findSettings(tx)?.nas ?? []);
      for (const nas of nasList) if (adapterOf(nas)?.listDevices) await lookAt(nas);
    },
  };
}

function noteAnswer(
  { clock, log }: WatchOptions,
  { nas, own, listing }: { nas: Nas; own: Watched; listing: Listing },
): void {
  const wasDown = own.failures > 0;
  own.failures = listing.kind === "listed" ? 0 : own.failures + 1;
  const seconds = Math.min(LOOK_SECONDS * 2 ** own.failures, BACK_OFF_SECONDS_MAX);
  own.nextLookAt = clock().getTime() + seconds * 1000;
  const nasId = nas.id;
  if (listing.kind === "listed") {
    if (wasDown) log.info({ nasId }, "controller tells of its guests again");
  } else if (!wasDown)
    log.warn({ nasId, reason: listing.reason }, "controller does not tell of its guests");
}

/** Stores what a list says. Returns who is let through though they have signed out: to be put out. */
function keepListing(
  tx: Transaction,
  { nas, own, devices }: { nas: Nas; own: Watched; devices: readonly ListedDevice[] },
): string[] {
  const listed = new Map(devices.map((each) => [each.mac, each]));
  const online = new Set<string>();
  for (const session of listOpenSessionsOfNas(tx, nas.id)) {
    const mac = findDevice(tx, session.deviceId)?.mac ?? "";
    online.add(mac);
    keepSession(tx, { own, session, mac, listed: listed.get(mac) ?? null });
  }
  const putOut: string[] = [];
  for (const device of devices)
    if (device.isAuthorised && !online.has(device.mac) && comeBack(tx, nas, device) === "put-out")
      putOut.push(device.mac);
  return putOut;
}

function keepSession(
  tx: Transaction,
  {
    own,
    session,
    mac,
    listed,
  }: { own: Watched; session: Session; mac: string; listed: ListedDevice | null },
): void {
  const { nasId, acctSessionId } = session;
  const report = { nasId, acctSessionId, mac, at: tx.now, ...bytesOf(listed) };
  if (listed?.isAuthorised) {
    own.misses.delete(session.id);
    updateSession(tx, report);
    return;
  }
  if (tx.now.getTime() - session.startedAt.getTime() < SETTLING_SECONDS * 1000) return;
  if (listed) {
    const isTimeUp = session.expectedEndAt !== null && session.expectedEndAt <= tx.now;
    endSession(tx, { ...report, cause: isTimeUp ? "Session-Timeout" : "Admin-Reset" });
    return;
  }
  const misses = (own.misses.get(session.id) ?? 0) + 1;
  own.misses.set(session.id, misses);
  if (misses < MISSES_MAX) return;
  own.misses.delete(session.id);
  presumeSessionOver(tx, { ...report, at: session.lastActivityAt, cause: "Lost-Contact" });
}

/**
 * A device that is let through without a session of ours. Its guest left, and is back before the time
 * that was granted is over: no page was needed. Or they signed out while the controller was not to be
 * reached. Whoever else let it in is none of ours.
 */
function comeBack(tx: Transaction, nas: Nas, listed: ListedDevice): "back" | "put-out" | null {
  const device = findDeviceByMac(tx, listed.mac);
  const last = device && findLastSessionOnNas(tx, { nasId: nas.id, deviceId: device.id });
  if (!last?.endedAt || !last.expectedEndAt || last.expectedEndAt <= tx.now) return null;
  if (last.cause === "User-Request") return "put-out";
  if (last.cause !== "Lost-Contact") return null;
  startSession(tx, {
    nasId: nas.id,
    acctSessionId: `${last.acctSessionId.split("@", 1)[0]}@${tx.now.getTime()}`,
    mac: listed.mac,
    at: tx.now,
    expectedEndAt: last.expectedEndAt,
    ...(listed.ip !== null && { ip: listed.ip }),
    ...(last.guestId !== null && { guestId: last.guestId }),
    ...(last.policyId !== null && { policyId: last.policyId }),
  });
  return "back";
}

function bytesOf(listed: ListedDevice | null): { uploadBytes?: number; downloadBytes?: number } {
  const { uploadBytes = null, downloadBytes = null } = listed ?? {};
  return {
    ...(uploadBytes !== null && { uploadBytes }),
    ...(downloadBytes !== null && { downloadBytes }),
  };
}
