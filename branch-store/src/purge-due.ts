import { findClockReading } from "./box-time.ts";
import type { Reader, Transaction } from "./open.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** `doneAt`: when the last pass was done, by the box's time; null: the box has yet to look. */
export function isPurgeDue(options: { doneAt: number | null; now: number }): boolean {
  const { doneAt, now } = options;
  return doneAt !== null && now - doneAt >= DAY_MS;
}

/**
 * What is removed does not come back, so it is removed by a time that the cloud has said since the
 * machine was switched on. The box's time then runs with the machine's count alone: no clock that is
 * set, and none that wakes up in another year, makes anything old.
 */
export const isTimeConfirmed = (tx: Reader): boolean => findClockReading(tx)?.source === "cloud";

/**
 * Looks whether a pass is due; wants to be called every few minutes. Gives the moment it has to go by,
 * or null: none is due. The first one is due a day after the first look at a confirmed time.
 */
export function lookWhetherPurgeIsDue(tx: Transaction): Date | null {
  if (!isTimeConfirmed(tx)) return null;
  const now = tx.now.getTime();
  const doneAt = findDoneAt(tx);
  // One that was done in a future counts as done now: the cloud's own clock was wrong.
  if (doneAt === null || doneAt > now) notePurgeDone(tx);
  return isPurgeDue({ doneAt, now }) ? tx.now : null;
}

function findDoneAt(tx: Reader): number | null {
  const row = tx.sql("select done_at from purge").get() as { done_at: number } | undefined;
  return row?.done_at ?? null;
}

/** Notes that a pass is done. */
export function notePurgeDone(tx: Transaction): void {
  tx.sql(
    `insert into purge (id, done_at) values (1, ?)
     on conflict (id) do update set done_at = excluded.done_at`,
  ).run(tx.now.getTime());
}
