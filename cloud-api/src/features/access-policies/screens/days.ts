import { addDays, readDay } from "../../../shell/format.ts";
import { type Language, LOCALE } from "../../../shell/translate.ts";
import { findMoment } from "../../../shell/zoned.ts";

/** 2024-01-01 was a Monday, which ISO 8601 calls day 1. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

/** ISO 8601: 1 is Monday. */
export function nameDay(language: Language, day: number): string {
  const format = new Intl.DateTimeFormat(LOCALE[language], { weekday: "short", timeZone: "UTC" });
  return format.format(new Date(A_MONDAY + (day - 1) * DAY_MS));
}

/** Days as stretches, such as 1–5 and 7. */
export function joinDays(days: readonly number[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = stretches.at(-1);
    if (last && last.to === day - 1) last.to = day;
    else stretches.push({ from: day, to: day });
  }
  return stretches;
}

/** The moment a calendar day begins in a zone. */
export function findDayStart(day: string, timeZone: string): Date {
  return findMoment(day, "00:00", timeZone);
}

/** The last whole day before a moment: what `validUntil` is shown as. */
export function readLastDay(validUntil: string, timeZone: string): string {
  return readDay(new Date(Date.parse(validUntil) - 1), timeZone);
}

export function writeLastDay(day: string, timeZone: string): string {
  return findDayStart(addDays(day, 1), timeZone).toISOString();
}
