import type { Logger } from "../log.ts";
import type { Word } from "./follow.ts";
import type { Reads } from "./reads.ts";
import { openThread, type StoreThread } from "./thread.ts";
import type { Writes } from "./writes.ts";

/** The box's store as the event loop reaches it: through two threads, and never by itself. */
export type BoxStore = {
  reader: Pick<StoreThread<Reads>, "ask">;
  writer: Pick<StoreThread<Writes>, "ask">;
};

export type OpenBoxStore = { reader: StoreThread<Reads>; writer: StoreThread<Writes> };

export type BoxStoreOptions = {
  stateFolder: string;
  clock: () => Date;
  /** See BoxClock; by none unless said. */
  offset?: () => number | null;
  log: Logger;
  /** Told of what was committed, by this process or another, and that the store cannot be read. */
  onWord: (word: Word) => void;
};

/** What may wait for a thread; beyond it the newest is turned away, and its NAS asks again. */
const WAITING_MAX = 4096;

/** Opens both threads on a store that is there already. */
export async function openBoxStore(options: BoxStoreOptions): Promise<OpenBoxStore> {
  const { onWord, ...common } = options;
  const shared = { ...common, waitingMax: WAITING_MAX };
  const script = (name: string) => new URL(name, import.meta.url);
  const writer = await openThread<Writes>({ ...shared, script: script("writer-thread.ts") });
  try {
    const reading = { ...shared, script: script("reader-thread.ts"), onNews: onWord };
    return { writer, reader: await openThread<Reads, Word>(reading) };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** For work that is tried again later: too much that waits is a failure like another. */
export async function must<T>(asked: Promise<T> | null): Promise<T> {
  if (asked === null) throw new Error("too much waits for the store");
  return asked;
}
