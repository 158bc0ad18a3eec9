import { appendEvent, type BranchStore } from "@foyer/branch-store";
import { SIGN_IN_STRETCHES_MAX, type SignInCounted } from "@foyer/contract";
import { openTally } from "../../tally.ts";
import {
  type Counts,
  goesOn,
  NO_COUNTS,
  reach,
  type SignInStep,
  STRETCH_MS,
  stretchOf,
  type Try,
} from "./rules.ts";

/** Devices that are on their way at once, by their addresses as well; of more, those silent longest are let go. */
const NAMES_MAX = 40_000;
/**
 * Whoever calls themselves by one MAC after the other is counted by their address from here on, within
 * one stretch: as many guests come through a router that nobody told the box of.
 */
const CLAIMS_MAX = 120;
/** The same behind an access controller that is known to give all its guests one address. */
const SHARED_CLAIMS_MAX = 1200;

/** Who came to a step. It is kept no longer than their try. */
export type Passer = {
  /** What tells the device apart; null: nothing is known but its address, as of a probe. */
  mac: string | null;
  address: string;
  /** What the MAC is counted against where it is nobody's word but the browser's own. Null: it is more. */
  claimedFrom: string | null;
  /** All guests of its access controller have that address. Absent: not that anybody knows. */
  isShared?: boolean;
};

/**
 * Counts how far guests come with signing in. What is counted is kept in memory for some minutes, and a
 * box that loses its power loses those: no page waits for a disk to be counted.
 */
export type SignInCounts = {
  note(who: Passer, step: SignInStep): void;
  /** Whether somebody at this address is on their way. */
  isMet(address: string): boolean;
  /** Writes the event that tells what was counted since the last; none where nothing was. */
  tell(): void;
};

/** `mac` null: of somebody who was met by their address alone. */
type Way = { mac: string | null; current: Try };

export function openSignInCounts(store: BranchStore, clock: () => Date): SignInCounts {
  // By MAC and by the address it was met at last, in the order of who was heard of last.
  const ways = new Map<string, Way>();
  const counts = new Map<number, Counts>();
  const countClaims = openTally(STRETCH_MS);
  const findWay = (name: string | null, now: number): Way | null => {
    const way = name === null ? undefined : ways.get(name);
    return way && goesOn(way.current, now) ? way : null;
  };
  const findOrBegin = (who: Passer, now: number): Way => {
    const { mac, address, claimedFrom } = who;
    const known = findWay(mac, now);
    if (known) return known;
    const atAddress = findWay(address, now);
    if (mac === null) return atAddress ?? { mac, current: begin(now) };
    // A probe of this very device, which said nothing but its address.
    if (atAddress?.mac === null) return Object.assign(atAddress, { mac });
    const claimsMax = who.isShared ? SHARED_CLAIMS_MAX : CLAIMS_MAX;
    if (claimedFrom !== null && countClaims(claimedFrom, now) > claimsMax && atAddress)
      return atAddress;
    return { mac, current: begin(now) };
  };
  return {
    note(who, step) {
      const now = clock().getTime();
      const way = findOrBegin(who, now);
      const { next, counted } = reach(way.current, step, now);
      way.current = next;
      for (const name of [way.mac, who.address]) {
        if (name === null) continue;
        ways.delete(name);
        ways.set(name, way);
      }
      letGo(ways, now);
      if (counted.length === 0) return;
      const stretch = stretchOf(next.begunAt);
      const sum = { ...(counts.get(stretch) ?? NO_COUNTS) };
      for (const name of counted) sum[name] += 1;
      counts.set(stretch, sum);
    },
    isMet: (address) => findWay(address, clock().getTime()) !== null,
    tell() {
      const told = [...counts].slice(-SIGN_IN_STRETCHES_MAX);
      if (told.length === 0) return;
      store.transaction((tx) =>
        appendEvent(tx, "sign-in.counted", { stretches: listStretches(told, tx.now) }),
      );
      counts.clear();
    },
  };
}

const begin = (now: number): Try => ({ begunAt: now, lastAt: now, reached: new Set() });

function letGo(ways: Map<string, Way>, now: number): void {
  for (const [name, { current }] of ways) {
    if (ways.size <= NAMES_MAX && goesOn(current, now)) return;
    ways.delete(name);
  }
}

const WEEK_SECONDS = 604_800;

function listStretches(
  told: readonly (readonly [number, Counts])[],
  now: Date,
): SignInCounted["stretches"] {
  return told.map(([begunAt, counts]) => {
    const seconds = Math.floor((now.getTime() - begunAt) / 1000);
    // A clock that was moved far since: the counts stand, at the nearest that can be said.
    return { begunSecondsAgo: Math.min(Math.max(seconds, 0), WEEK_SECONDS), ...counts };
  });
}
