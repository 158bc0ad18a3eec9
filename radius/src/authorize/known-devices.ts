import { type BoxStore, must } from "../store/box-store.ts";
import type { DeviceFacts } from "./facts.ts";

/** Some 800 octets each, so a few MiB. */
export const KNOWN_DEVICES_MAX = 10_000;
/** How long facts are good for: a visit ends, and a device is forgotten, by the clock alone. */
const FRESH_MS = 60_000;
/** How long facts let a device in whose store does not answer, unless something was told of it. */
const UNCONTRADICTED_MS = 24 * 60 * 60 * 1000;

/** Devices recalled between two look-ups of log-ins, some milliseconds: those must not wait. */
const DEVICES_PER_PAGE = 50;

type Entry = { deviceId: string; facts: DeviceFacts; readAt: number; isStale: boolean };

/** What is remembered of devices that are somebody's, so that letting one in waits for no disk. */
export type KnownDevices = {
  /** Null: nothing, or nothing of late. */
  findFresh: (mac: string, now: Date) => DeviceFacts | null;
  /** What nothing was told against for a day: for when the store does not answer. */
  findUncontradicted: (mac: string, now: Date) => DeviceFacts | null;
  keep: (known: { deviceId: string; mac: string; facts: DeviceFacts; now: Date }) => void;
  /** Something has changed about these devices, or about any. */
  mistrust: (deviceIds: readonly string[] | null) => void;
  mistrustMac: (mac: string) => void;
};

export function createKnownDevices(): KnownDevices {
  /** By MAC; the one kept longest ago is in front. */
  const entries = new Map<string, Entry>();
  const macs = new Map<string, string>();
  const drop = (mac: string) => {
    const entry = entries.get(mac);
    if (!entry) return;
    entries.delete(mac);
    macs.delete(entry.deviceId);
  };
  const findWithin = (mac: string, now: Date, milliseconds: number) => {
    const entry = entries.get(mac);
    if (!entry || entry.isStale) return null;
    // A clock that jumps either way makes everything old.
    return Math.abs(now.getTime() - entry.readAt) <= milliseconds ? entry.facts : null;
  };
  const mistrustMac = (mac: string) => {
    const entry = entries.get(mac);
    if (entry) entry.isStale = true;
  };
  return {
    findFresh: (mac, now) => findWithin(mac, now, FRESH_MS),
    findUncontradicted: (mac, now) => findWithin(mac, now, UNCONTRADICTED_MS),
    keep: ({ deviceId, mac, facts, now }) => {
      drop(mac);
      if (!facts.holder) return;
      if (entries.size >= KNOWN_DEVICES_MAX) {
        const [oldest] = entries.keys();
        if (oldest !== undefined) drop(oldest);
      }
      entries.set(mac, { deviceId, facts, readAt: now.getTime(), isStale: false });
      macs.set(deviceId, mac);
    },
    mistrust: (deviceIds) => {
      const told = deviceIds?.flatMap((id) => macs.get(id) ?? []) ?? entries.keys();
      for (const mac of told) mistrustMac(mac);
    },
    mistrustMac,
  };
}

/** Recalls, at a start, whom the store knows: a disk that fails later finds them in memory. */
export async function recallDevices(
  devices: KnownDevices,
  { reader, clock }: { reader: BoxStore["reader"]; clock: () => Date },
): Promise<void> {
  const readPage = (after: string | null) =>
    must(reader.ask("listDeviceFacts", { after, limit: DEVICES_PER_PAGE }));
  let after: string | null = null;
  for (let recalled = 0; recalled < KNOWN_DEVICES_MAX; recalled += DEVICES_PER_PAGE) {
    const now = clock();
    const page = await readPage(after);
    for (const known of page) devices.keep({ ...known, now });
    after = page.at(-1)?.mac ?? null;
    if (after === null) return;
  }
}
