import {
  beginBoot,
  type ClockReading,
  createBoxTime,
  findMachineClock,
  type MachineClock,
  openBranchStore,
  readBoxIdentity,
} from "@foyer/branch-store";

/** The time everything here goes by; a newer reading of it comes with the news of the store. */
export type BoxClock = {
  clock: () => Date;
  adopt: (reading: ClockReading) => void;
  /** What the time is ahead of the machine's count; null: it goes by no reading. */
  offset: () => number | null;
};

export const offsetOf = ({ at, uptimeMs }: ClockReading): number => at - uptimeMs;

export type BoxClockOptions = {
  stateFolder: string;
  /** Instead of the box's own time. */
  clock?: () => Date;
  /** Instead of this machine's. */
  machine?: MachineClock;
};

/** Makes or upgrades the store, and takes the box's time from it. */
export function openBoxClock(options: BoxClockOptions): BoxClock {
  const { stateFolder: folder, clock } = options;
  const machine = clock ? null : (options.machine ?? findMachineClock());
  if (!machine) return { clock: clock ?? (() => new Date()), adopt: () => {}, offset: () => null };
  const store = openBranchStore({ folder, identity: readBoxIdentity(folder), clock: machine.now });
  try {
    const time = createBoxTime(
      machine,
      store.transaction((tx) => beginBoot(tx, machine)),
    );
    return { ...time, offset: () => offsetOf(time.reading()) };
  } finally {
    store.close();
  }
}
