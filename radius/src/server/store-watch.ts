import type { BranchStore } from "@foyer/branch-store";
import { isStoreFailure } from "./group-commit.ts";

/** SQLite's own trouble: its result code, and since when nothing was kept. */
export type StoreTrouble = { code: string; since: string };

export type WatchedStore = BranchStore & {
  /** Null: what was last to be written was kept. */
  findTrouble: () => StoreTrouble | null;
};

/**
 * Told this long after the last failure, though something was kept since: of a full disk a
 * transaction that changes nothing sees nothing.
 */
const TOLD_MILLISECONDS = 60_000;

/** The same store, which remembers whether what is to be written is kept. */
export function watchStore(store: BranchStore, clock: () => Date): WatchedStore {
  let trouble: { code: string; since: Date; lastAt: Date; isOver: boolean } | null = null;
  const noteFailure = (error: unknown) => {
    if (!isStoreFailure(error)) return;
    const lastAt = clock();
    const since = trouble && !isPast(trouble, lastAt) ? trouble.since : lastAt;
    trouble = { code: (error as { code: string }).code, since, lastAt, isOver: false };
  };
  const isPast = (known: { lastAt: Date; isOver: boolean }, now: Date) =>
    known.isOver && Math.abs(now.getTime() - known.lastAt.getTime()) >= TOLD_MILLISECONDS;
  return {
    ...store,
    transaction: (work) => {
      try {
        const result = store.transaction(work);
        if (trouble) trouble.isOver = true;
        return result;
      } catch (error) {
        noteFailure(error);
        throw error;
      }
    },
    findTrouble: () => {
      if (!trouble || isPast(trouble, clock())) return null;
      return { code: trouble.code, since: trouble.since.toISOString() };
    },
  };
}
