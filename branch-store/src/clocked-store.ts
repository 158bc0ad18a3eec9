import {
  beginBoot,
  type ClockReading,
  findClockReading,
  isNewestReading,
  timeOf,
} from "./box-time.ts";
import type { BoxIdentity } from "./identity.ts";
import type { MachineClock } from "./machine-clock.ts";
import { type BranchStore, openBranchStore, type Reader } from "./open.ts";

/** The box's time as a process keeps it; every process of a boot that has the same reading agrees. */
export type BoxTime = {
  clock: () => Date;
  /** Takes a newer reading; one of another boot tells nothing here. */
  adopt: (reading: ClockReading | null) => void;
  reading: () => ClockReading;
};

export function createBoxTime(machine: MachineClock, first: ClockReading): BoxTime {
  let reading = first;
  return {
    clock: () => new Date(timeOf(reading, machine)),
    adopt: (other) => {
      if (other && other.bootId === machine.bootId) reading = other;
    },
    reading: () => reading,
  };
}

export type ClockedStore = { store: BranchStore; time: BoxTime };

/** Whether anybody has committed since is asked again after so long of what the process has run. */
const HELD_MILLISECONDS = 1;

/**
 * Opens the store so that everything in it is stamped by the box's time. Each transaction goes by the
 * reading that it sees: between what a correction has moved and the clock nothing can fall.
 */
export function openStoreInBoxTime(options: {
  folder: string;
  identity: BoxIdentity;
  machine: MachineClock;
}): ClockedStore {
  const { machine } = options;
  const store = openBranchStore({ ...options, clock: machine.now });
  const time = createBoxTime(
    machine,
    store.transaction((tx) => beginBoot(tx, machine)),
  );
  const adoptNewest = (tx: Reader) => {
    if (!isNewestReading(tx, time.reading())) time.adopt(findClockReading(tx));
  };
  const openedAt = time.clock();
  let seen = store.changeCount();
  let askedAt = performance.now();
  const clock = () => {
    // A page asks half a dozen times what time it is.
    const ran = performance.now();
    if (ran - askedAt >= HELD_MILLISECONDS) {
      askedAt = ran;
      const count = store.changeCount();
      if (count !== seen) store.read(adoptNewest);
      seen = count;
    }
    return time.clock();
  };
  /** The last reader, by the store's own: a reading within a reading is the same, moment and all. */
  let last: { own: Reader; timed: Reader } | null = null;
  const timedOf = (own: Reader): Reader => {
    if (last?.own === own) return last.timed;
    adoptNewest(own);
    const timed = { ...own, openedAt, now: time.clock() };
    last = { own, timed };
    return timed;
  };
  return {
    time: { ...time, clock },
    store: {
      ...store,
      transaction: (work) => {
        // It may correct the clock itself.
        askedAt = Number.NEGATIVE_INFINITY;
        return store.transaction((tx) => {
          adoptNewest(tx);
          return work({ ...tx, openedAt, now: time.clock() });
        });
      },
      read: (work) => store.read((tx) => work(timedOf(tx))),
      look: (work) => store.look((tx) => work(timedOf(tx))),
    },
  };
}
