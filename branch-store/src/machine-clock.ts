import { readFileSync } from "node:fs";
import { uptime } from "node:os";

const BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id";

/** The two clocks of the machine: one that only ever runs, and one that may be wrong and be set. */
export type MachineClock = {
  /** The kernel's name for this time of being switched on: random(4). */
  bootId: string;
  /**
   * Since then, in milliseconds, with what was slept: /proc/uptime, which is CLOCK_BOOTTIME
   * (proc_uptime(5), clock_gettime(2)). Nobody can set it, and all processes read the same.
   */
  uptimeMilliseconds: () => number;
  /** CLOCK_REALTIME: what a time server or a person sets, forward and back. */
  now: () => Date;
};

/** What both counts are read with, for tests. */
export type Counts = { uptimeSeconds: () => number; monotonicNanoseconds: () => bigint };

const COUNTS: Counts = { uptimeSeconds: uptime, monotonicNanoseconds: process.hrtime.bigint };

/** Null where the system does not name its boots, as on a developer's Mac: there its time is believed. */
export function findMachineClock(): MachineClock | null {
  const bootId = findBootId();
  if (bootId === null) return null;
  const uptimeMilliseconds = holdCount(chooseCount(COUNTS), () => performance.now());
  return { bootId, uptimeMilliseconds, now: () => new Date() };
}

/** Half of what /proc/uptime tells apart. */
const HELD_MILLISECONDS = 5;

/**
 * Tells a count again for a moment of what the process has run. Each reading of /proc/uptime is three
 * system calls, and a RADIUS server asks for the time four times a log-in.
 */
export function holdCount(count: () => number, ranMilliseconds: () => number): () => number {
  let held = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const ran = ranMilliseconds();
    if (ran - readAt >= HELD_MILLISECONDS) {
      held = count();
      readAt = ran;
    }
    return held;
  };
}

/**
 * A container may be shown its own uptime (lxcfs), which begins anew while the kernel's boot goes on:
 * then it is behind CLOCK_MONOTONIC, which no real one ever is, and that is taken instead.
 */
export function chooseCount({ uptimeSeconds, monotonicNanoseconds }: Counts): () => number {
  const monotonic = () => Number(monotonicNanoseconds() / 1_000_000n);
  const count = () => Math.round(uptimeSeconds() * 1000);
  return count() + 1000 < monotonic() ? monotonic : count;
}

function findBootId(): string | null {
  try {
    return readFileSync(BOOT_ID_FILE, "utf8").trim();
  } catch {
    return null;
  }
}
