import { appendEvent, type BranchStore } from "@foyer/branch-store";
import { SIGN_IN_STRETCHES_MAX, type SignInCounted } from "@foyer/contract";
import {
  type Counts,
  goesOn,
  NO_COUNTS,
  reach,
  type SignInStep,
  stretchOf,
  type Try,
} from "./rules.ts";

/** Devices that are on their way at once; of more, the one that has been silent longest is let go. */
const TRIES_MAX = 20_000;

/**
 * Counts how far guests come with signing in. What is counted is kept in memory for some minutes, and a
 * box that loses its power loses those: no page waits for a disk to be counted.
 */
export type SignInCounts = {
  /** A device has come to a step. `who` tells devices apart and is kept no longer than its try. */
  note(who: string, step: SignInStep): void;
  /** Writes the event that tells what was counted since the last; none where nothing was. */
  tell(): void;
};

export function openSignInCounts(store: BranchStore, clock: () => Date): SignInCounts {
  // In the order of who was heard of last.
  const tries = new Map<string, Try>();
  const counts = new Map<number, Counts>();
  return {
    note(who, step) {
      const now = clock().getTime();
      const known = tries.get(who);
      const current = known && goesOn(known, now) ? known : begin(now);
      const { next, counted } = reach(current, step, now);
      tries.delete(who);
      tries.set(who, next);
      letGo(tries, now);
      if (counted.length === 0) return;
      const stretch = stretchOf(next.begunAt);
      const sum = { ...(counts.get(stretch) ?? NO_COUNTS) };
      for (const name of counted) sum[name] += 1;
      counts.set(stretch, sum);
    },
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

function letGo(tries: Map<string, Try>, now: number): void {
  for (const [who, each] of tries) {
    if (tries.size <= TRIES_MAX && goesOn(each, now)) return;
    tries.delete(who);
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
