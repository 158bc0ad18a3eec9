import { isStoreFailure, type Works } from "./calls.ts";
import type { StoreThread } from "./thread.ts";

/** SQLite's own trouble: its result code, and since when nothing was had of the store. */
export type StoreTrouble = { code: string; since: string };

export type StoreWatch = {
  /** Null: what was last asked of the store was done. */
  findTrouble: () => StoreTrouble | null;
  noteFailure: (code: string) => void;
};

export type WatchedThread<W extends Works> = StoreWatch & { ask: StoreThread<W>["ask"] };

/**
 * Told this long after the last failure, though something was done since: of a full disk a
 * transaction that changes nothing sees nothing.
 */
const TOLD_MILLISECONDS = 60_000;

/** The same thread, which remembers whether what was asked of the store was done. */
export function watchThread<W extends Works>(
  thread: Pick<StoreThread<W>, "ask">,
  clock: () => Date,
): WatchedThread<W> {
  let trouble: { code: string; since: Date; lastAt: Date; isOver: boolean } | null = null;
  const isPast = (known: { lastAt: Date; isOver: boolean }, now: Date) =>
    known.isOver && Math.abs(now.getTime() - known.lastAt.getTime()) >= TOLD_MILLISECONDS;
  const noteFailure = (code: string) => {
    const lastAt = clock();
    const since = trouble && !isPast(trouble, lastAt) ? trouble.since : lastAt;
    trouble = { code, since, lastAt, isOver: false };
  };
  const noteError = (error: unknown) => {
    if (isStoreFailure(error)) noteFailure((error as { code: string }).code);
  };
  const noteSuccess = () => {
    if (trouble) trouble.isOver = true;
  };
  return {
    ask: (name, input) => {
      const asked = thread.ask(name, input);
      asked?.then(noteSuccess, noteError);
      return asked;
    },
    findTrouble: () => {
      if (!trouble || isPast(trouble, clock())) return null;
      return { code: trouble.code, since: trouble.since.toISOString() };
    },
    noteFailure,
  };
}
