import { refuse } from "../../platform/errors.ts";
import { encloseDays, isDay } from "./rules.ts";

/** The days a list is asked for, and what encloses them everywhere. Refuses what is no day. */
export function readPeriod(asked: { from?: string | undefined; to?: string | undefined }) {
  const days = { from: readDay(asked.from, "/from"), to: readDay(asked.to, "/to") };
  return { ...days, ...encloseDays(days) };
}

function readDay(day: string | undefined, field: string): string | null {
  if (day === undefined) return null;
  if (isDay(day)) return day;
  throw refuse("invalid", `${day} is not a day of the calendar.`, { field });
}
