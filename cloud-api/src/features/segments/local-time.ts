import { isBirthday } from "@foyer/admission";
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

/** A day of the year comes within so many years, be it the 29th of February around 2100. */
const YEARS_AHEAD = 9;

/**
 * The next days of the calendar, from one on, on which a birthday or another day of the year is kept:
 * the 29th of February on the 28th of a common year. At most `limit`; none of what is no such day.
 */
export function listDaysKept(
  value: string,
  { from, limit }: { from: string; limit: number },
): string[] {
  const [, rest = ""] = /-([0-9]{2}-[0-9]{2})$/.exec(value) ?? [];
  if (rest === "") return [];
  const year = Number(from.slice(0, 4));
  const found: string[] = [];
  for (let ahead = 0; found.length < limit && ahead <= YEARS_AHEAD; ahead += 1)
    for (const name of rest === "02-29" ? ["02-28", "02-29"] : [rest]) {
      const day = `${String(year + ahead).padStart(4, "0")}-${name}`;
      if (day >= from && isDay(day) && isKeptOn(value, day)) found.push(day);
    }
  return found.slice(0, limit);
}

function isKeptOn(value: string, date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return isBirthday(value, { year, month, day });
}

export function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === day;
}
