import { isStoreFailure } from "./calls.ts";
import type { StoreThread } from "./thread.ts";
import type { Writes } from "./writes.ts";

/** SQLite's own trouble: its result code, and since when nothing was kept. */
export type StoreTrouble = { code: string; since: string };

export type WatchedWriter = {
  ask: StoreThread<Writes>["ask"];
  /** Null: what was last to be written was kept. */
  findTrouble: () => StoreTrouble | null;
};

/**
 * Told this long after the last failure, though something was kept since: of a full disk a
 * transaction that changes nothing sees nothing.
 */
const TOLD_MILLISECONDS = 60_000;

/** The same writer, which remembers whether what is to be written is kept. */
export function watchWriter(
  writer: Pick<StoreThread<Writes>, "ask">,
  clock: () => Date,
): WatchedWriter {
  let trouble: { code: string; since: Date; lastAt: Date; isOver: boolean } | null = null;
  const isPast = (known: { lastAt: Date; isOver: boolean }, now: Date) =>
    known.isOver && Math.abs(now.getTime() - known.lastAt.getTime()) >= TOLD_MILLISECONDS;
  const noteFailure = (error: unknown) => {
    if (!isStoreFailure(error)) return;
    const lastAt = clock();
    const since = trouble && !isPast(trouble, lastAt) ? trouble.since : lastAt;
    trouble = { code: (error as { code: string }).code, since, lastAt, isOver: false };
  };
  const noteSuccess = () => {
    if (trouble) trouble.isOver = true;
  };
  return {
    ask: (name, input) => {
      const asked = writer.ask(name, input);
      asked?.then(noteSuccess, noteFailure);
      return asked;
    },
    findTrouble: () => {
      if (!trouble || isPast(trouble, clock())) return null;
      return { code: trouble.code, since: trouble.since.toISOString() };
    },
  };
}
