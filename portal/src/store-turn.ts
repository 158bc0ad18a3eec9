import type { BranchStore } from "@foyer/branch-store";

export type StoreTurns = {
  /**
   * Runs `work` with whatever else is asked for in the same turn, in one transaction, in which its own
   * are parts: what one of them writes is undone where it throws. Resolves when all is kept.
   */
  inTurn<T>(work: () => T): Promise<T>;
  /** When what is done just now is kept; null outside a turn, where it is kept already. */
  whenKept(): Promise<void> | null;
};

/** So long is waited for others: a guest does not feel it, and a full turn spares the disk. */
const GATHER_MS = 2;

type Part = { run: () => void; settle: () => void; fail: (cause: unknown) => void };

/**
 * A transaction waits for the disk once, however much it holds, and nobody is served meanwhile: what
 * many guests do at once is kept in one.
 */
export function openStoreTurns(store: BranchStore): StoreTurns {
  let waiting: Part[] = [];
  let keeping: Promise<void> | null = null;

  const turn = () => {
    const all = waiting;
    waiting = [];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Answers that were given wait for it; there may have been none.
    promise.catch(() => {});
    keeping = promise;
    try {
      store.transaction(() => {
        for (const { run } of all) run();
      });
      resolve();
      for (const { settle } of all) settle();
    } catch (cause) {
      // None of it was kept.
      reject(cause);
      for (const { fail } of all) fail(cause);
    } finally {
      keeping = null;
    }
  };

  return {
    inTurn<T>(work: () => T): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      let settle = () => reject(new Error("The turn did nothing"));
      const run = () => {
        try {
          const result = work();
          settle = () => resolve(result);
        } catch (cause) {
          settle = () => reject(cause);
        }
      };
      if (waiting.length === 0) setTimeout(turn, GATHER_MS);
      waiting.push({ run, settle: () => settle(), fail: reject });
      return promise;
    },
    whenKept: () => keeping,
  };
}
