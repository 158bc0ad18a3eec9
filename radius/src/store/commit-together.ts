import type { BranchStore, Transaction } from "@foyer/branch-store";
import { isStoreFailure, type Reply, toReply } from "./calls.ts";

/** One call's part of a transaction, at its own moment. */
export type Work = { at: number; run: (tx: Transaction) => unknown };

/**
 * Does several works in one durable transaction: a commit costs a disk flush, whatever it holds.
 * One work's fault must not cost the others theirs; a store that fails, fails all of them.
 */
export function commitTogether(store: BranchStore, works: readonly Work[]): Reply[] {
  try {
    return store.transaction((tx) =>
      works.map(({ at, run }): Reply => {
        const result = run({ ...tx, now: new Date(at) });
        return { kind: "done", result };
      }),
    );
  } catch (error) {
    if (works.length === 1 || isStoreFailure(error)) return works.map(() => toReply(error));
    return works.flatMap((work) => commitTogether(store, [work]));
  }
}
