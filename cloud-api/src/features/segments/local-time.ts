import { readMinutes } from "./rules.ts";

/** What calendar and clock say: day YYYY-MM-DD, ISO weekday, minutes since midnight. */
export type LocalTime = { day: string; weekday: number; minutes: number };

const formats = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock of a zone (IANA) say. */
export function readClock(at: Date, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", {
      ...{ timeZone, dateStyle: "short", timeStyle: "short", hourCycle: "h23" },
    });
    formats.set(timeZone, format);
  }
  const [day = "", time = ""] = format.format(at).split(" ");
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  return { day, weekday, minutes: readMinutes(time) };
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
/** Of days and zones that are asked for again and again. */
const STARTS_MAX = 5000;
const starts = new Map<string, Date>();

/** The first moment of a day (YYYY-MM-DD) or, where the zone left it out, of the one that followed. */
export function findStartOfDay(day: string, timeZone: string): Date {
  const key = `${day} ${timeZone}`;
  const known = starts.get(key);
  if (known) return known;
  // No clock is further than 14 hours from UTC; a day is searched for its first millisecond.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  let [before, after] = [midnight - DAY_MS, midnight + DAY_MS];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (readClock(new Date(middle), timeZone).day < day) before = middle;
    else after = middle;
  }
  if (starts.size >= STARTS_MAX) starts.clear();
  const found = new Date(after);
  starts.set(key, found);
  return found;
}
