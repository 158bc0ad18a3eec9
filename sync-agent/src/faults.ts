import { type BoxPart, type BoxReport, FAULT_CHARACTERS_MAX } from "@foyer/contract";
import type { ClockStatus } from "./clock-keeper.ts";
import type { LinkStatus } from "./link.ts";
import type { OutboxStatus } from "./outbox-keeper.ts";
import { chooseWarning } from "./outbox-rules.ts";
import type { PullStatus } from "./pull.ts";

/** A fault that is over is told for this long. */
const TOLD_MILLISECONDS = 24 * 3_600_000;
/** A machine's clock that is further off is to be mended: certificates go by it. */
const CLOCK_MILLISECONDS_MAX = 60_000;
const STORE_FAILS = "the store fails";

export type Circumstances = {
  push: LinkStatus;
  pull: PullStatus;
  outbox: OutboxStatus;
  clock: ClockStatus | null;
  /** What SQLite said last, where it still fails. */
  storeTrouble: string | null;
};

/** What is wrong just now, in words. */
export function listFaults(found: Circumstances): Map<BoxPart, string> {
  const faults = new Map<BoxPart, string>();
  const links = [
    ["push", found.push],
    ["pull", found.pull],
  ] as const;
  for (const [part, { reason }] of links) {
    if (reason?.startsWith(STORE_FAILS)) faults.set("store", reason);
    else if (reason !== null) faults.set(part, reason);
  }
  if (found.storeTrouble !== null) faults.set("store", `${STORE_FAILS}: ${found.storeTrouble}`);
  if (found.pull.settingsFault !== null) faults.set("settings", found.pull.settingsFault);
  const outbox = describeOutbox(found.outbox);
  if (outbox !== null) faults.set("outbox", outbox);
  const clock = found.clock && describeClock(found.clock);
  if (clock) faults.set("clock", clock);
  return faults;
}

function describeOutbox({ fullInDays, isStuck }: OutboxStatus): string | null {
  if (isStuck) return "the outbox is full, and nothing that is left in it may be given up";
  switch (chooseWarning(fullInDays)) {
    case "none":
      return null;
    case "full":
      return "the outbox is full: interims are given up, visits never";
    case "within-a-day":
      return "the outbox is full within a day at this pace";
    case "soon":
      return `the outbox is full in about ${Math.round(fullInDays ?? 0)} days at this pace`;
  }
}

function describeClock({ machineOffsetMilliseconds }: ClockStatus): string | null {
  const offset = machineOffsetMilliseconds ?? 0;
  if (Math.abs(offset) < CLOCK_MILLISECONDS_MAX) return null;
  const seconds = Math.round(Math.abs(offset) / 1000);
  const way = offset > 0 ? "ahead of" : "behind";
  return `this machine's clock is ${seconds} s ${way} the right time: let it reach a time server (UDP port 123)`;
}

type ToldFault = BoxReport["faults"][number];
type Kept = { words: string; since: Date; until: Date | null };

/** Remembers since when something has been wrong, and the last of each part that was. */
export function createFaultMemory(): {
  note: (current: ReadonlyMap<BoxPart, string>, now: Date) => void;
  list: () => ToldFault[];
} {
  const kept = new Map<BoxPart, Kept>();
  return {
    note: (current, now) => {
      for (const [part, fault] of kept) {
        const isOver = !current.has(part);
        if (isOver && fault.until === null) kept.set(part, { ...fault, until: now });
        const age = now.getTime() - (fault.until ?? now).getTime();
        if (isOver && fault.until !== null && age > TOLD_MILLISECONDS) kept.delete(part);
      }
      for (const [part, words] of current) {
        const before = kept.get(part);
        const since = before?.until === null ? before.since : now;
        kept.set(part, { words, since, until: null });
      }
    },
    list: () =>
      [...kept].map(([part, { words, since, until }]) => ({
        part,
        words: words.slice(0, FAULT_CHARACTERS_MAX),
        since: since.toISOString(),
        until: until?.toISOString() ?? null,
      })),
  };
}
