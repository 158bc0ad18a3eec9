import type { Logger } from "../log.ts";
import { type InputOf, isStoreFailure } from "./calls.ts";
import type { StoreThread } from "./thread.ts";
import type { Writes } from "./writes.ts";

/** What follows from a decision that was answered already. */
export type LateWrite = {
  [N in keyof Writes]: { name: N; input: InputOf<Writes, N> };
}[keyof Writes];

export type LateWrites = {
  /** False: too many wait, and this one is not taken. */
  add: (write: LateWrite) => boolean;
  /** How many wait for a store that fails. */
  count: () => number;
};

/** A shop has a few a minute: this is hours of a disk that does not answer. */
const WAITING_MAX = 8192;
const RETRY_MILLISECONDS = 1000;

/** Writes that nobody waits for: while the store fails they are kept and tried again. */
export function createLateWrites(
  writer: Pick<StoreThread<Writes>, "ask">,
  log: Logger,
): LateWrites {
  let count = 0;
  const attempt = async (write: LateWrite): Promise<void> => {
    try {
      // Its input is that of its name: the union says so, and TypeScript cannot follow it here.
      const asked = writer.ask(write.name, write.input as never);
      if (asked === null) throw Object.assign(new Error("too much waits"), { code: "SQLITE_BUSY" });
      await asked;
      count -= 1;
    } catch (error) {
      if (isStoreFailure(error)) setTimeout(attempt, RETRY_MILLISECONDS, write).unref();
      else {
        count -= 1;
        log.error(
          { err: error, write: write.name },
          "what followed from a decision could not be kept",
        );
      }
    }
  };
  return {
    add: (write) => {
      if (count >= WAITING_MAX) return false;
      count += 1;
      attempt(write);
      return true;
    },
    count: () => count,
  };
}
