import { type BranchStore, findClockReading, type Transaction } from "@foyer/branch-store";
import { offsetOf } from "./box-clock.ts";
import { isStoreFailure, type Reply, toReply } from "./calls.ts";

/**
 * One call's part of a transaction, at its own moment by its own reading of the box's time; `byMs`:
 * what has been added to that since.
 */
export type Work = {
  at: number;
  offset?: number | null;
  run: (tx: Transaction, byMs: number) => unknown;
};

/**
 * Does several works in one durable transaction: a commit costs a disk flush, whatever it holds.
 * One work's fault must not cost the others theirs; a store that fails, fails all of them.
 */
export function commitTogether(store: BranchStore, works: readonly Work[]): Reply[] {
  try {
    return store.transaction((tx) => {
      const reading = findClockReading(tx);
      return works.map(({ at, offset = null, run }): Reply => {
        const byMs = offset === null || !reading ? 0 : offsetOf(reading) - offset;
        const result = run({ ...tx, now: new Date(at + byMs) }, byMs);
        return { kind: "done", result };
      });
    });
  } catch (error) {
    if (works.length === 1 || isStoreFailure(error)) return works.map(() => toReply(error));
    return works.flatMap((work) => commitTogether(store, [work]));
  }
}
