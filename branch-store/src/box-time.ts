import type { MachineClock } from "./machine-clock.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import { shiftStamps } from "./shift-stamps.ts";

/** What the box's time was at a count of the machine: see migrations/027-outbox-and-clock.sql. */
export type ClockReading = {
  id: number;
  bootId: string;
  uptimeMs: number;
  at: number;
  bootAt: number;
  sessionsBefore: number;
  visitsBefore: number;
  uncertaintyMs: number | null;
  source: "start" | "machine" | "cloud";
};

const COLUMNS = `id, boot_id as "bootId", uptime_ms as "uptimeMs", at, boot_at as "bootAt",
  sessions_before as "sessionsBefore", visits_before as "visitsBefore",
  uncertainty_ms as "uncertaintyMs", source`;

/** The reading that says what time it is; null: the box has none yet. */
export function findClockReading(tx: Reader): ClockReading | null {
  const row = tx.sql(`select ${COLUMNS} from clock_readings order by id desc limit 1`).get();
  return (row as ClockReading | undefined) ?? null;
}

/**
 * Whether that is this one: asked at each page and packet. One that was undone leaves its id to the next,
 * and is told from it by its time.
 */
export function isNewestReading(tx: Reader, { id, at }: ClockReading): boolean {
  const row = tx.sql("select id, at from clock_readings order by id desc limit 1").get();
  const newest = row as Pick<ClockReading, "id" | "at"> | undefined;
  return newest?.id === id && newest.at === at;
}

export function getClockReading(tx: Reader, id: number): ClockReading {
  return tx.sql(`select ${COLUMNS} from clock_readings where id = ?`).get(id) as ClockReading;
}

/** The last reading of a boot, by which all that was stamped in it is told. */
export function getLastReadingOf(tx: Reader, bootId: string): ClockReading {
  return tx
    .sql(`select ${COLUMNS} from clock_readings where boot_id = ? order by id desc limit 1`)
    .get(bootId) as ClockReading;
}

/** The box's time: it runs with the machine's count alone, whatever its other clock is set to. */
export const timeOf = (reading: ClockReading, machine: MachineClock): number =>
  reading.at + machine.uptimeMilliseconds() - reading.uptimeMs;

/**
 * The reading of this boot, made by whichever process comes first. It begins with the machine's time,
 * but never before what the box has seen: without a battery a clock wakes up in the past, or in 1970.
 */
export function beginBoot(tx: Transaction, machine: MachineClock): ClockReading {
  const known = findClockReading(tx);
  if (known?.bootId === machine.bootId) return known;
  const seen = tx.sql("select at from clock_seen").get() as { at: number } | undefined;
  const at = Math.max(machine.now().getTime(), seen?.at ?? 0);
  return insertReading(tx, {
    ...{ bootId: machine.bootId, uptimeMs: machine.uptimeMilliseconds(), at, bootAt: at },
    ...{ sessionsBefore: findLastRow(tx, "sessions"), visitsBefore: findLastRow(tx, "visits") },
    ...{ uncertaintyMs: null, source: "start" },
  });
}

function findLastRow(tx: Reader, table: "sessions" | "visits"): number {
  const row = tx.sql(`select coalesce(max(rowid), 0) as last from ${table}`).get();
  return (row as { last: number }).last;
}

function insertReading(tx: Transaction, reading: Omit<ClockReading, "id">): ClockReading {
  const { bootId, uptimeMs, at, bootAt, sessionsBefore, visitsBefore } = reading;
  const { lastInsertRowid } = tx
    .sql(
      `insert into clock_readings (boot_id, uptime_ms, at, boot_at, sessions_before, visits_before,
         uncertainty_ms, source)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[bootId, uptimeMs, at, bootAt, sessionsBefore, visitsBefore],
      ...[reading.uncertaintyMs, reading.source],
    );
  return { id: Number(lastInsertRowid), ...reading };
}

/** Notes that it is this late at least, for the next boot. Call it every minute. */
export function noteTimeSeen(tx: Transaction, at: Date): void {
  tx.sql(
    "insert into clock_seen (id, at) values (1, ?) on conflict (id) do update set at = excluded.at",
  ).run(at.getTime());
}

/** Less is left to the next word: nothing is worth being moved for it. */
export const CORRECTED_FROM_MS = 2_000;

/** Somebody's word of what time it is, and when it was that, on the machine's count. */
export type TimeTold = {
  at: number;
  uptimeMs: number;
  uncertaintyMs: number;
  source: "machine" | "cloud";
};

export type ClockOutcome =
  | { kind: "right" }
  /** `byMs`: what was added. */
  | { kind: "corrected"; byMs: number };

/**
 * Takes somebody's word of the time. Where the box is off, all it has stamped since the machine was
 * switched on is moved with its clock, in this transaction: what is left of a code, a ticket or a
 * quota, and how long a session or a visit has lasted, stay as they are. The events of this boot that
 * were not sent yet are told by the right time (`toldBy`).
 */
export function correctClock(
  tx: Transaction,
  { machine, told }: { machine: MachineClock; told: TimeTold },
): ClockOutcome {
  const reading = beginBoot(tx, machine);
  const byMs = Math.round(told.at - (reading.at + told.uptimeMs - reading.uptimeMs));
  const { source, uncertaintyMs } = told;
  const isRight = Math.abs(byMs) <= CORRECTED_FROM_MS + uncertaintyMs;
  if (isRight) {
    // The same time, now by word of the cloud.
    if (source === "cloud" && reading.source !== "cloud")
      insertReading(tx, { ...reading, source, uncertaintyMs: uncertaintyMs + Math.abs(byMs) });
    return { kind: "right" };
  }
  const ahead = listBootsAhead(tx, { reading, byMs, uncertaintyMs });
  const [oldest = reading] = ahead;
  shiftStamps(tx, { reading: oldest, byMs });
  for (const { at, bootAt, ...boot } of ahead)
    insertReading(tx, { ...boot, at: at + byMs, bootAt: bootAt + byMs, source, uncertaintyMs });
  const right = { ...reading, at: told.at, uptimeMs: told.uptimeMs, bootAt: reading.bootAt + byMs };
  insertReading(tx, { ...right, source, uncertaintyMs });
  const now = new Date(timeOf({ ...right }, machine));
  noteTimeSeen(tx, now);
  const payload = {
    ...{ byMilliseconds: byMs, uncertaintyMilliseconds: Math.ceil(uncertaintyMs), source },
    // The machine may have been switched on long before the first process of the box.
    bootedAt: new Date(Math.max(0, oldest.bootAt + byMs)).toISOString(),
  };
  appendEvent(tx, "clock.corrected", payload, now);
  return { kind: "corrected", byMs };
}

/** So many of a boot's last events tell until when it went on: some are of older facts. */
const LAST_EVENTS = 100;

/**
 * Boots before this one, the oldest first, that the cloud did not tell the time, and that went on after this
 * one began by the right time, by more than either time may be off: their clock was ahead as this one's was,
 * and all of them are moved together. One that was behind, or right, keeps its time.
 */
function listBootsAhead(
  tx: Transaction,
  { reading, byMs, uncertaintyMs }: { reading: ClockReading; byMs: number; uncertaintyMs: number },
): ClockReading[] {
  const ahead: ClockReading[] = [];
  if (byMs >= 0) return ahead;
  const beganBy = reading.bootAt + byMs + uncertaintyMs;
  for (;;) {
    const [{ bootId: next } = reading] = ahead;
    const boot = findBootBefore(tx, next);
    if (boot === null || boot.source === "cloud") return ahead;
    if (findLastTimeIn(tx, { boot, next }) <= beganBy + (boot.uncertaintyMs ?? 0)) return ahead;
    ahead.unshift(boot);
  }
}

/** The last reading of the boot before one. */
function findBootBefore(tx: Reader, bootId: string): ClockReading | null {
  const row = tx
    .sql(
      `select boot_id as "bootId" from clock_readings
       where id < (select min(id) from clock_readings where boot_id = ?) order by id desc limit 1`,
    )
    .get(bootId) as Pick<ClockReading, "bootId"> | undefined;
  return row ? getLastReadingOf(tx, row.bootId) : null;
}

/**
 * How late it is known to have been in a boot, by the last word of its time: of its reading, and of what it
 * wrote last and was not sent yet. `next`: the boot after it.
 */
function findLastTimeIn(tx: Reader, { boot, next }: { boot: ClockReading; next: string }): number {
  const row = tx
    .sql(
      `select max(occurred_at - at + uptime_ms) as "uptimeMs" from (
         select clock_id, occurred_at from outbox
         where clock_id < (select min(id) from clock_readings where boot_id = @next)
         order by seq desc limit @limit) as written
       join clock_readings on clock_readings.id = written.clock_id
       where boot_id = @bootId`,
    )
    .get({ next, bootId: boot.bootId, limit: LAST_EVENTS });
  const { uptimeMs } = row as { uptimeMs: number | null };
  return Math.max(boot.at, boot.at + (uptimeMs ?? boot.uptimeMs) - boot.uptimeMs);
}
