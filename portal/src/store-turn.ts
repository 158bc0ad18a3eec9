import type { BranchStore, Transaction } from "@foyer/branch-store";

/** Does a part of the turn's transaction; what it throws undoes the turn. */
type Part = (tx: Transaction) => void;

/** Runs `work` with whatever else was asked for in this turn of the event loop. */
export type StoreTurns = <T>(work: (tx: Transaction) => T) => Promise<T>;

/**
 * A transaction waits for the disk once, however much it holds: what many guests ask for at once
 * is kept in one. Where it fails, each is tried by itself, so that one fault is one guest's.
 */
export function openStoreTurns(store: BranchStore): StoreTurns {
  let waiting: { run: Part; settle: () => void; fail: (cause: unknown) => void }[] = [];

  const turn = () => {
    const all = waiting;
    waiting = [];
    try {
      store.transaction((tx) => {
        for (const { run } of all) run(tx);
      });
    } catch (cause) {
      if (all.length === 1) return all[0]?.fail(cause);
      return all.forEach(alone);
    }
    for (const { settle } of all) settle();
  };
  const alone = ({ run, settle, fail }: (typeof waiting)[number]) => {
    try {
      store.transaction(run);
    } catch (cause) {
      return fail(cause);
    }
    settle();
  };
  return <T>(work: (tx: Transaction) => T) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let result: { value: T } | null = null;
    const run: Part = (tx) => {
      result = { value: work(tx) };
    };
    const settle = () => (result ? resolve(result.value) : reject(new Error("Nothing was done")));
    if (waiting.length === 0) setImmediate(turn);
    waiting.push({ run, settle, fail: reject });
    return promise;
  };
}
