import { createHmac } from "node:crypto";

/** Far above any visit, and small enough that the sum of a tenant's stays exact in a number. */
const COUNT_MAX = 2 ** 46;

export type Usage = { connectedSeconds: number; uploadBytes: number; downloadBytes: number };

/** Counters as a box told them; a nonsensical one is cut, so that it breaks no sum. */
export function clampUsage({ connectedSeconds, uploadBytes, downloadBytes }: Usage): Usage {
  const clamp = (count: number) => Math.min(count, COUNT_MAX);
  return {
    connectedSeconds: clamp(connectedSeconds),
    uploadBytes: clamp(uploadBytes),
    downloadBytes: clamp(downloadBytes),
  };
}

/** What devices' sessions come to. */
export function addUpDevices(devices: readonly (Usage & { sessions: number })[]) {
  const sum = { sessions: 0, connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 };
  for (const device of devices) {
    sum.sessions += device.sessions;
    sum.connectedSeconds += device.connectedSeconds;
    sum.uploadBytes += device.uploadBytes;
    sum.downloadBytes += device.downloadBytes;
  }
  return sum;
}

/** Why a box ends a session by itself, and takes it up again when its NAS still tells of it. */
const PRESUMED = new Set(["Lost-Contact", "Session-Timeout"]);

export function isPresumed(cause: string): boolean {
  return PRESUMED.has(cause);
}

/** The calendar day of a moment in a time zone, YYYY-MM-DD. */
export function findDay(at: Date, timeZone: string): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at);
}

/** `count` days up to and with `last`, oldest first, YYYY-MM-DD. */
export function listDaysUpTo(last: string, count: number): string[] {
  const end = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

/** Moments that enclose the days `from` to `to` in every time zone on Earth: UTC−12 to UTC+14. */
export function encloseDays({ from, to }: { from: string | null; to: string | null }): {
  after: Date | null;
  before: Date | null;
} {
  const hours = (day: string, count: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + count * 3_600_000);
  return {
    after: from === null ? null : hours(from, -14),
    before: to === null ? null : hours(to, 24 + 12),
  };
}

/** True for a day of the calendar, written YYYY-MM-DD. There was no year 0. */
export function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return (
    !Number.isNaN(at) &&
    !text.startsWith("0000") &&
    new Date(at).toISOString().slice(0, 10) === text
  );
}

/** What a box finds a known guest by: HMAC-SHA-256 of the number, an address or the MAC, hex. `key` is base64. */
export function hashForBox(text: string, key: string): string {
  return createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("hex");
}

/** How far a fill has come. */
export type Fill = {
  /** The log position of its first page; null before it. */
  position: number | null;
  /** The event that stood there then; null: it was kept no more. */
  mark: string | null;
  /** How many guests its pages have told of. */
  told: number;
  /** The guest they told of last. */
  after: { seenAt: Date | "infinity"; customerId: string };
};

export const START_OF_FILL: Fill = {
  position: null,
  mark: null,
  told: 0,
  after: { seenAt: "infinity", customerId: "ffffffff-ffff-ffff-ffff-ffffffffffff" },
};

const FILL = /^(\d{1,15})\.(\d{1,8})\.(\d{1,15})\.([0-9a-f-]{36})(?:\.([0-9a-f-]{36}))?$/;

/** What the box asks for the next page with. */
export function writeFill({
  position,
  mark,
  told,
  after,
}: Fill & { position: number; after: { seenAt: Date } }): string {
  const parts = [position, told, after.seenAt.getTime(), after.customerId];
  return [...parts, ...(mark === null ? [] : [mark])].join(".");
}

/** Null for what no page has named: then the fill begins anew. */
export function readFill(text: string | null): Fill | null {
  const [, position, told, seenAt, customerId, mark = null] = FILL.exec(text ?? "") ?? [];
  if (customerId === undefined) return null;
  const after = { seenAt: new Date(Number(seenAt)), customerId };
  return { position: Number(position), mark, told: Number(told), after };
}

/**
 * What one answer may hold of changes that are sorted by position, and the position to go on from:
 * the one everything was counted to, or, where more is left, the last one that is told of whole.
 */
export function choosePage<T extends { changedPosition: number }>(
  rows: readonly T[],
  { reached, max }: { reached: number; max: number },
): { guests: T[]; position: number } {
  const next = rows[max];
  if (!next) return { guests: [...rows], position: reached };
  const whole = rows.filter((row) => row.changedPosition < next.changedPosition);
  return { guests: whole, position: next.changedPosition - 1 };
}
