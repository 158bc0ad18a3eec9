import type { UpgradeOffer } from "@foyer/contract";

const MINUTE_MS = 60_000;
/** How often it is asked at least whether there is a release. */
export const ASK_MS = 15 * MINUTE_MS;
/** A switch that is judged, and the way back where it is not well, is over by then. */
export const SWITCH_MS = 15 * MINUTE_MS;
/** Boxes of one stretch begin within so long, at most. */
const SPREAD_MS = 60 * MINUTE_MS;
/** On the disk beside the tarball: what guests' events and logs take up meanwhile. */
export const FREE_BYTES_MIN = 256 * 1024 * 1024;

type Stretch = { from: Date; until: Date };

/**
 * For how many milliseconds a release has to wait for its stretch; 0: now is the time; null: none of them
 * is long enough. `jitter` (0 ≤ jitter < 1) spreads boxes over the first half of a stretch, or its first hour.
 */
export function chooseUpgradeWait(
  quiet: UpgradeOffer["quiet"],
  { now, jitter }: { now: Date; jitter: number },
): number | null {
  const waits = quiet
    .map(({ from, until }) => narrow({ from: new Date(from), until: new Date(until) }, jitter))
    .filter(({ from, until }) => until >= from && until >= now)
    .map(({ from }) => Math.max(0, from.getTime() - now.getTime()));
  return waits.length === 0 ? null : Math.min(...waits);
}

/** When a switch may begin so that it is over before the stretch is. */
function narrow({ from, until }: Stretch, jitter: number): Stretch {
  const last = until.getTime() - SWITCH_MS;
  const room = Math.max(0, last - from.getTime());
  const spread = Math.min(room / 2, SPREAD_MS);
  return { from: new Date(from.getTime() + spread * jitter), until: new Date(last) };
}

/** Whether the rest of a tarball, and root's copy of the whole of it, leave the box room to work. */
export function hasRoom(room: { freeBytes: number; bytes: number; fetchedBytes: number }): boolean {
  const wanted = room.bytes - room.fetchedBytes + room.bytes;
  return room.freeBytes >= wanted + FREE_BYTES_MIN;
}
