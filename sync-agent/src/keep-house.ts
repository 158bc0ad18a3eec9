import { statfs } from "node:fs/promises";
import type { ClockKeeper } from "./clock-keeper.ts";
import { findStoreTrouble, type Link } from "./link.ts";
import { createOutboxKeeper, type OutboxStatus } from "./outbox-keeper.ts";
import { removeSetAside } from "./set-aside.ts";
import { rest } from "./wait.ts";

const LOOK_MILLISECONDS = 60_000;

export type HousekeepingOptions = {
  /** What the outbox may take up on the disk. */
  outboxBytesMax: number;
  /** Whose disk is asked what is free on it; null: none is. */
  stateFolder: string | null;
  /** Null: the time comes from the caller. */
  clockKeeper: ClockKeeper | null;
  /** Tells the cloud; what came of it is the next look's to find. */
  report: () => Promise<unknown>;
  /** Seqs that were sent and whose answer has not been heard. */
  listUnderWay: () => ReadonlySet<number>;
  /** A minute unless said. */
  lookMilliseconds: number | undefined;
};

export type Housekeeping = {
  outbox: () => OutboxStatus;
  /** The code of SQLite's error, where the last look at the store failed. */
  storeTrouble: () => string | null;
  /** Looks once a minute, until the signal. */
  run: () => Promise<void>;
};

/** Looks after what the agent keeps, and tells the cloud how the box is. */
export function createHousekeeping(link: Link, options: HousekeepingOptions): Housekeeping {
  const { stateFolder, outboxBytesMax: bytesMax, clockKeeper, listUnderWay } = options;
  const readFreeBytes = async () => {
    if (stateFolder === null) return null;
    const { bavail, bsize } = await statfs(stateFolder);
    return bavail * bsize;
  };
  const keeper = createOutboxKeeper({ ...link, bytesMax, readFreeBytes, listUnderWay });
  let trouble: string | null = null;
  const look = async () => {
    try {
      clockKeeper?.look();
      await keeper.look();
      trouble = null;
      // By no clock that nobody has told the time: what is gone does not come back.
      if (stateFolder !== null && clockKeeper?.isTold()) tidy(link, stateFolder);
    } catch (error) {
      // Waited out: the next look finds what this one could not.
      trouble = findStoreTrouble(error);
      if (trouble === null) throw error;
      link.logger.error(
        { code: trouble },
        "the store was not looked after: look at the box's disk",
      );
    }
  };
  const run = async () => {
    while (!link.signal.aborted) {
      await look();
      if (!link.signal.aborted) await tell(link, options);
      await rest(options.lookMilliseconds ?? LOOK_MILLISECONDS, link.signal);
    }
  };
  return { outbox: keeper.status, storeTrouble: () => trouble, run };
}

function tidy({ logger, store }: Link, folder: string): void {
  try {
    const gone = removeSetAside({ folder, now: store.read((tx) => tx.now) });
    if (gone.length > 0) logger.info({ gone }, "what was set aside by a restoring is removed");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (typeof code !== "string") throw error;
    logger.error({ code }, "what was set aside by a restoring stays: look at the box's disk");
  }
}

async function tell({ logger }: Link, { report }: HousekeepingOptions): Promise<void> {
  try {
    await report();
  } catch (error) {
    const code = findStoreTrouble(error);
    if (code === null) throw error;
    logger.error({ code }, "the cloud was not told how the box is: look at its disk");
  }
}
