import type { Reader, Transaction } from "./open.ts";

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What the box takes the time to be when something is to be removed by its age. A clock that jumps
 * makes everything old at once, and what is removed does not come back; so this one goes forward by no
 * more than an hour from one look to the next, or as the cloud says.
 */
export type PurgeClock = { believedAt: number; lookedAt: number; doneAt: number };

/** The box's clock goes on; what it jumps by is not believed. */
export function advanceClock(clock: PurgeClock, now: number): PurgeClock {
  const passed = Math.min(HOUR_MS, Math.max(0, now - clock.lookedAt));
  return { ...clock, believedAt: clock.believedAt + passed, lookedAt: now };
}

/** The cloud has said what time it is. A pass that was done in a future counts as done now. */
export function correctClock(
  clock: PurgeClock | null,
  { now, told }: { now: number; told: number },
): PurgeClock {
  return { believedAt: told, lookedAt: now, doneAt: Math.min(clock?.doneAt ?? told, told) };
}

/** While the box's clock and the believed one are a day apart, nobody knows how old anything is. */
export function isPurgeDue({ believedAt, doneAt }: PurgeClock, now: number): boolean {
  return Math.abs(now - believedAt) <= DAY_MS && believedAt - doneAt >= DAY_MS;
}

type ClockRow = { believed_at: number; looked_at: number; done_at: number };

function findClock(tx: Reader): PurgeClock | null {
  const row = tx.sql("select * from purge").get() as ClockRow | undefined;
  if (!row) return null;
  return { believedAt: row.believed_at, lookedAt: row.looked_at, doneAt: row.done_at };
}

function keepClock(tx: Transaction, clock: PurgeClock): void {
  tx.sql(
    `insert into purge (id, believed_at, looked_at, done_at) values (1, $believedAt, $lookedAt, $doneAt)
     on conflict (id) do update set believed_at = excluded.believed_at,
       looked_at = excluded.looked_at, done_at = excluded.done_at`,
  ).run(clock);
}

/**
 * Looks at the clock; wants to be called every few minutes. Gives the moment a pass has to go by, or
 * null: none is due. The first one is due a day after the first look.
 */
export function lookWhetherPurgeIsDue(tx: Transaction): Date | null {
  const now = tx.now.getTime();
  const before = findClock(tx) ?? { believedAt: now, lookedAt: now, doneAt: now };
  const clock = advanceClock(before, now);
  keepClock(tx, clock);
  // The earlier of the two, while they differ by less than a day.
  return isPurgeDue(clock, now) ? new Date(Math.min(now, clock.believedAt)) : null;
}

/** The cloud has said what time it is. */
export function confirmClock(tx: Transaction, told: Date): void {
  const now = tx.now.getTime();
  keepClock(tx, correctClock(findClock(tx), { now, told: told.getTime() }));
}

/** Notes that a pass is done. */
export function notePurgeDone(tx: Transaction): void {
  tx.sql("update purge set done_at = believed_at").run();
}
