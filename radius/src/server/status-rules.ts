import type { StoreTrouble } from "../store/watch.ts";

/** Why the server cannot do all it is there for. */
export type Trouble =
  | { code: "store-locked" | "store-full" | "store-read-only" | "store-fails"; since: string }
  | { code: "disk-nearly-full"; freeBytes: number }
  | { code: "clock-behind"; seconds: number }
  | { code: "clock-unlike-nas"; seconds: number; nas: number }
  | { code: "no-settings" };

export type Circumstances = {
  storeTrouble: StoreTrouble | null;
  /** On the disk of the state folder; null: it cannot be read. */
  freeBytes: number | null;
  now: Date;
  /** When the store's file was last written before this server started; null: unknown. */
  storeWrittenAt: Date | null;
  /** What each NAS's clock is ahead of the box's, of those that tell. */
  clockOffsetsSeconds: readonly number[];
  settingsVersion: number;
};

/** The store's own journal and a day of a busy branch's outbox fit into it. */
export const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** A box without a battery begins where it was last switched off, or in 1970. */
const CLOCK_BEHIND_SECONDS_MAX = 60;
/** NAS that agree with each other to a minute and not with the box have the right time. */
const NAS_AGREE_SECONDS = 60;
export const CLOCK_OFFSET_SECONDS_MAX = 300;
const NAS_THAT_OUTWEIGH_THE_BOX = 2;

/** All that is wrong with the box itself; none: it is ready. */
export function listTroubles(found: Circumstances): Trouble[] {
  const { storeTrouble, freeBytes, now, storeWrittenAt, settingsVersion } = found;
  const troubles: Trouble[] = [];
  if (storeTrouble) troubles.push({ code: nameOf(storeTrouble.code), since: storeTrouble.since });
  if (freeBytes !== null && freeBytes < FREE_BYTES_MIN)
    troubles.push({ code: "disk-nearly-full", freeBytes });
  const behind = storeWrittenAt ? (storeWrittenAt.getTime() - now.getTime()) / 1000 : 0;
  if (behind > CLOCK_BEHIND_SECONDS_MAX)
    troubles.push({ code: "clock-behind", seconds: Math.round(behind) });
  const unlike = findBoxOffset(found.clockOffsetsSeconds);
  if (unlike) troubles.push({ code: "clock-unlike-nas", ...unlike });
  if (settingsVersion === 0) troubles.push({ code: "no-settings" });
  return troubles;
}

function nameOf(code: string) {
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return "store-locked";
  if (code.startsWith("SQLITE_FULL")) return "store-full";
  if (code.startsWith("SQLITE_READONLY")) return "store-read-only";
  return "store-fails";
}

/** How far the box's clock is ahead of what several NAS agree upon; null: it is right or unknown. */
function findBoxOffset(offsets: readonly number[]): { seconds: number; nas: number } | null {
  if (offsets.length < NAS_THAT_OUTWEIGH_THE_BOX) return null;
  const lowest = Math.min(...offsets);
  const highest = Math.max(...offsets);
  if (highest - lowest > NAS_AGREE_SECONDS) return null;
  const middle = Math.round((lowest + highest) / 2);
  return Math.abs(middle) > CLOCK_OFFSET_SECONDS_MAX
    ? { seconds: -middle, nas: offsets.length }
    : null;
}
