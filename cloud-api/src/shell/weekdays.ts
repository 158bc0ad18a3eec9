import { type Language, LOCALE } from "./translate.ts";

/** ISO 8601: 1 is Monday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function nameWeekday(day: number, language: Language, weekday: "short" | "long"): string {
  // 1 January 2024 was a Monday.
  const moment = new Date(Date.UTC(2024, 0, day));
  return new Intl.DateTimeFormat(LOCALE[language], { weekday, timeZone: "UTC" }).format(moment);
}

export const hourWords = (hour: number): string => String(hour).padStart(2, "0");

/** `08:00–09:00`, and midnight as 24:00. */
export const hourSpan = (hour: number): string => `${hourWords(hour)}:00–${hourWords(hour + 1)}:00`;
