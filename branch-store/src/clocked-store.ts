import { beginBoot, type ClockReading, findClockReading, timeOf } from "./box-time.ts";
import type { BoxIdentity } from "./identity.ts";
import type { MachineClock } from "./machine-clock.ts";
import { type BranchStore, openBranchStore } from "./open.ts";

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
  let seen = store.changeCount();
  const clock = () => {
    const count = store.changeCount();
    if (count !== seen) time.adopt(store.read(findClockReading));
    seen = count;
    return time.clock();
  };
  return {
    time: { ...time, clock },
    store: {
      ...store,
      transaction: (work) =>
        store.transaction((tx) => {
          time.adopt(findClockReading(tx));
          return work({ ...tx, now: time.clock() });
        }),
      read: (work) =>
        store.read((tx) => {
          time.adopt(findClockReading(tx));
          return work({ ...tx, now: time.clock() });
        }),
    },
  };
}
