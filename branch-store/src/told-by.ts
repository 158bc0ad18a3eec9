import { type ClockReading, getClockReading, getLastReadingOf } from "./box-time.ts";
import type { Reader } from "./open.ts";

/** Moments that an event tells of and the box's clock has stamped; `of`: whose row they are. */
const TOLD_TIMES: Readonly<
  Record<string, { times: readonly string[]; of?: { table: "visits" | "sessions"; id: string } }>
> = {
  "visit.started": { times: ["startedAt"], of: { table: "visits", id: "visitId" } },
  "visit.ended": { times: ["startedAt", "endedAt"], of: { table: "visits", id: "visitId" } },
  "session.ended": { times: ["startedAt", "endedAt"], of: { table: "sessions", id: "sessionId" } },
  "access-code.used": { times: ["endsAt"] },
};

type Written = {
  type: string;
  clockId: number | null;
  occurredAt: number;
  payload: Record<string, unknown>;
};
type Told = { occurredAt: number; payload: Record<string, unknown> };

/**
 * An event as it is to be told: by the last word of the time in the boot it was written in. What was
 * stamped before that boot keeps its time, and nothing is told to have ended before it began.
 */
export function tellByRightTime(tx: Reader, written: Written): Told {
  const { type, clockId, occurredAt, payload } = written;
  if (clockId === null) return { occurredAt, payload };
  const reading = getClockReading(tx, clockId);
  const last = getLastReadingOf(tx, reading.bootId);
  if (last.id === reading.id) return { occurredAt, payload };
  const byMs = last.at - last.uptimeMs - (reading.at - reading.uptimeMs);
  if (byMs === 0) return { occurredAt, payload };
  const moved: Told = { occurredAt: Math.max(0, occurredAt + byMs), payload: { ...payload } };
  const { times = [], of } = TOLD_TIMES[type] ?? {};
  const isNew = of !== undefined && isMadeSince(tx, { reading, ...of, payload });
  for (const key of times) {
    const at = Date.parse(String(payload[key]));
    if (isNew || at >= reading.bootAt)
      moved.payload[key] = new Date(Math.max(0, at + byMs)).toISOString();
  }
  const { startedAt, endedAt } = moved.payload;
  if (typeof startedAt === "string" && typeof endedAt === "string" && endedAt < startedAt)
    moved.payload.endedAt = startedAt;
  return moved;
}

/** Whether nothing was said of the time since, in the boot that a reading is of. */
export function isLastReading(tx: Reader, clockId: number | null): boolean {
  if (clockId === null) return true;
  const reading = getClockReading(tx, clockId);
  return getLastReadingOf(tx, reading.bootId).id === reading.id;
}

type Made = {
  reading: ClockReading;
  table: "visits" | "sessions";
  id: string;
  payload: Record<string, unknown>;
};

function isMadeSince(tx: Reader, { reading, table, id, payload }: Made): boolean {
  const row = tx.sql(`select rowid as number from ${table} where id = ?`).get(payload[id]);
  const before = table === "visits" ? reading.visitsBefore : reading.sessionsBefore;
  return ((row as { number: number } | undefined)?.number ?? 0) > before;
}
