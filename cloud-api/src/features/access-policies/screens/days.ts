import { addDays, readDay } from "../../../shell/format.ts";
import { findMoment } from "../../../shell/zoned.ts";

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
