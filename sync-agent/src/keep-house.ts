import { statfs } from "node:fs/promises";
import { findStoreTrouble, type Link } from "./link.ts";
import { createOutboxKeeper, type OutboxStatus } from "./outbox-keeper.ts";
import { rest } from "./wait.ts";

const LOOK_MILLISECONDS = 60_000;

export type HousekeepingOptions = {
  /** What the outbox may take up on the disk. */
  outboxBytesMax: number;
  /** Whose disk is asked what is free on it; null: none is. */
  stateFolder: string | null;
  /** A minute unless said. */
  lookMilliseconds?: number;
};

export type Housekeeping = {
  done: Promise<void>;
  outbox: () => OutboxStatus;
};

/** Looks after what the agent keeps, once a minute, until the signal. */
export function startHousekeeping(link: Link, options: HousekeepingOptions): Housekeeping {
  const { stateFolder, outboxBytesMax: bytesMax } = options;
  const readFreeBytes = async () => {
    if (stateFolder === null) return null;
    const { bavail, bsize } = await statfs(stateFolder);
    return bavail * bsize;
  };
  const keeper = createOutboxKeeper({ ...link, bytesMax, readFreeBytes });
  const run = async () => {
    while (!link.signal.aborted) {
      await tryTo(link, keeper.look);
      await rest(options.lookMilliseconds ?? LOOK_MILLISECONDS, link.signal);
    }
  };
  return { done: run(), outbox: keeper.status };
}

/** Trouble with the disk is waited out: the next look finds what this one could not. */
async function tryTo({ logger }: Link, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const code = findStoreTrouble(error);
    if (code === null) throw error;
    logger.error({ code }, "the outbox was not looked after: look at the disk of this box");
  }
}
