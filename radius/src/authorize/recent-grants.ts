import { createRecentMap } from "../recent-map.ts";

/** How long a NAS and a MAC get the same answer without being told of again. */
const REPEAT_MS = 30_000;
const MACS_KEPT_MIN = 10_000;

/** What a NAS was told of a device: `guestId` is null where it was let in as nobody's. */
export type Told = { nasId: string; mac: string; what: string; guestId: string | null; at: Date };

export type RecentGrants = {
  /** Whether this NAS was told the same of this MAC a moment ago. */
  isRepeat: (told: Told) => boolean;
  note: (told: Told) => void;
};

/**
 * Remembers what was answered about which device: many NAS ask again with a new authenticator. Lost
 * at a restart, when at the most one connection is told twice.
 */
export function createRecentGrants(): RecentGrants {
  /** By MAC, since few are told of it. */
  const grants = createRecentMap<string, Told[]>(MACS_KEPT_MIN);
  return {
    isRepeat: (told) => grants.get(told.mac)?.some((last) => isRepeatOf(told, last)) ?? false,
    note: (told) => {
      const others = (grants.get(told.mac) ?? []).filter(
        (last) => isRecent(told, last) && !isSame(told, last),
      );
      grants.set(told.mac, [...others, told]);
    },
  };
}

const isRepeatOf = (told: Told, last: Told) => isSame(told, last) && isRecent(told, last);

const isSame = (one: Told, other: Told) =>
  one.nasId === other.nasId && one.what === other.what && one.guestId === other.guestId;

const isRecent = (told: Told, last: Told) =>
  Math.abs(told.at.getTime() - last.at.getTime()) <= REPEAT_MS;
