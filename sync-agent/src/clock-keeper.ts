import {
  type BranchStore,
  correctClock,
  findClockReading,
  type MachineClock,
  noteTimeSeen,
  type TimeTold,
  timeOf,
} from "@foyer/branch-store";
import type { Logger } from "pino";

/** An answer that took longer says too little of when it was given. */
const ROUND_TRIP_MILLISECONDS_MAX = 10_000;
/** But to whom nobody has told the time: off by half of this is nothing beside a clock that woke up in 1970. */
const FIRST_ROUND_TRIP_MILLISECONDS_MAX = 60_000;
/** /proc/uptime counts hundredths of a second. */
const COUNT_MILLISECONDS = 10;
/** A machine's own clock that somebody has set forward by more is believed, until the cloud speaks. */
const SET_FORWARD_MILLISECONDS = 2_000;

export type ClockStatus = {
  /** What the machine's own clock is ahead of the box's time; null: that is not known to be right. */
  machineOffsetMilliseconds: number | null;
  /** Null: nobody has told the box the time since the machine was switched on. */
  uncertaintyMilliseconds: number | null;
};

/** The cloud's time, and what the machine counted when it was asked and when it had answered. */
export type CloudTime = { cloudNow: Date; askedAt: number; answeredAt: number };

export type ClockKeeper = {
  /** Of this boot, and by the cloud. */
  isTold: () => boolean;
  /** True where the box's time was put right. */
  learn: (time: CloudTime) => boolean;
  /** Notes how late it is, and whether somebody has set the machine's clock. Call it every minute. */
  look: () => void;
  status: () => ClockStatus;
};

/**
 * Keeps the box's time right by the cloud's word. Half the round trip is taken for the way back (RFC
 * 5905 §8 with one of the two stamps), and is what the word may be off by.
 */
export function createClockKeeper(options: {
  store: BranchStore;
  machine: MachineClock;
  logger: Logger;
}): ClockKeeper {
  const { store, machine } = options;
  const readingNow = () => {
    const reading = store.read(findClockReading);
    return reading?.bootId === machine.bootId ? reading : null;
  };
  const correct = (told: TimeTold): boolean => {
    const outcome = store.transaction((tx) => correctClock(tx, { machine, told }));
    if (outcome.kind === "right") return false;
    const { byMs: byMilliseconds } = outcome;
    options.logger.warn({ byMilliseconds, source: told.source }, "the box's time was put right");
    return true;
  };
  const isTold = () => readingNow()?.source === "cloud";
  return {
    isTold,
    learn: (time) => {
      const told = readTime(time, { isFirst: !isTold() });
      return told !== null && correct(told);
    },
    look: () => {
      const reading = readingNow();
      if (reading?.source === "start") {
        const uptimeMs = machine.uptimeMilliseconds();
        const at = machine.now().getTime();
        // Only forward: what somebody puts back would make old rights young again.
        if (at - timeOf(reading, machine) > SET_FORWARD_MILLISECONDS)
          correct({ at, uptimeMs, uncertaintyMs: COUNT_MILLISECONDS, source: "machine" });
      }
      store.transaction((tx) => noteTimeSeen(tx, tx.now));
    },
    status: () => {
      const reading = readingNow();
      const isByCloud = reading?.source === "cloud";
      return {
        machineOffsetMilliseconds:
          reading && isByCloud ? machine.now().getTime() - timeOf(reading, machine) : null,
        uncertaintyMilliseconds: reading?.uncertaintyMs ?? null,
      };
    },
  };
}

/** Null: the answer took too long to say what time it is. */
export function readTime(
  { cloudNow, askedAt, answeredAt }: CloudTime,
  { isFirst }: { isFirst: boolean },
): TimeTold | null {
  const roundTrip = Math.max(0, answeredAt - askedAt);
  const max = isFirst ? FIRST_ROUND_TRIP_MILLISECONDS_MAX : ROUND_TRIP_MILLISECONDS_MAX;
  if (roundTrip > max) return null;
  return {
    at: cloudNow.getTime() + roundTrip / 2,
    uptimeMs: answeredAt,
    uncertaintyMs: Math.ceil(roundTrip / 2) + COUNT_MILLISECONDS,
    source: "cloud",
  };
}
