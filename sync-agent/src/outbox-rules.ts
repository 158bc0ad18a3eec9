/** Kept free on the disk of the state folder: SQLite's log and a day of a busy branch fit into it. */
export const DISK_RESERVE_BYTES = 64 * 1024 * 1024;
/** Thinning goes on until so much of the bound is free again, so that it is rarely begun. */
const THINNED_TO_SHARE = 0.9;
/** Below this share of its bound, and sent within this time, an outbox is not filling. */
const FILLING_SHARE = 0.01;
const FILLING_MILLISECONDS = 15 * 60_000;
/** Less is not enough to tell a pace by. */
const GROWTH_HOURS_MIN = 1;
/** From how many days ahead it is warned of. */
export const WARNED_DAYS = 7;
const ALARMED_DAYS = 1;

export type OutboxState = {
  bytes: number;
  bytesMax: number;
  /** On the disk, with what SQLite's file has to give; null: it could not be asked. */
  freeBytes: number | null;
};

export type Excess = { bytes: number; reason: "outbox-full" | "disk-full" };

/**
 * What has to go; null: nothing. `isThinning`: it goes on until there is some room.
 */
export function findExcess(
  { bytes, bytesMax, freeBytes }: OutboxState,
  { isThinning }: { isThinning: boolean },
): Excess | null {
  const bound = isThinning ? bytesMax * THINNED_TO_SHARE : bytesMax;
  if (bytes > bound) return { bytes: bytes - bound, reason: "outbox-full" };
  if (freeBytes === null || freeBytes >= DISK_RESERVE_BYTES) return null;
  return { bytes: DISK_RESERVE_BYTES - freeBytes, reason: "disk-full" };
}

export type Growth = { bytes: number; hours: number };

/**
 * In how many days the outbox is full at the pace of the last days; null where it does not fill, since
 * the cloud takes what is written, or where nobody can say yet.
 */
export function forecastFullInDays(
  { bytes, bytesMax, freeBytes }: OutboxState,
  { growth, oldestAgeMilliseconds }: { growth: Growth; oldestAgeMilliseconds: number | null },
): number | null {
  if (oldestAgeMilliseconds === null || oldestAgeMilliseconds < FILLING_MILLISECONDS) return null;
  const onDisk = freeBytes === null ? Infinity : freeBytes - DISK_RESERVE_BYTES;
  const room = Math.max(0, Math.min(bytesMax - bytes, onDisk));
  if (room === 0) return 0;
  if (bytes < bytesMax * FILLING_SHARE && oldestAgeMilliseconds < 4 * FILLING_MILLISECONDS)
    return null;
  if (growth.hours < GROWTH_HOURS_MIN || growth.bytes <= 0) return null;
  return (room * growth.hours) / (growth.bytes * 24);
}

export type Warning = "none" | "soon" | "within-a-day" | "full";

export function chooseWarning(fullInDays: number | null): Warning {
  if (fullInDays === null || fullInDays > WARNED_DAYS) return "none";
  if (fullInDays > ALARMED_DAYS) return "soon";
  return fullInDays > 0 ? "within-a-day" : "full";
}
