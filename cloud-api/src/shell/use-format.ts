import { useMemo } from "react";
import * as format from "./format.ts";
import { useLanguage } from "./language.tsx";
import type { Days } from "./periods.ts";

/** The formatters of format.ts in the reader's language. */
export function useFormat() {
  const { language } = useLanguage();
  return useMemo(
    () => ({
      count: (value: number) => format.formatCount(language, value),
      share: (value: number) => format.formatShare(language, value),
      bytes: (value: number) => format.formatBytes(language, value),
      duration: (seconds: number) => format.formatDuration(language, seconds),
      clock: (iso: string, timeZone?: string) => format.formatClock(language, iso, timeZone),
      day: (day: string, form?: "short" | "long") => format.formatDay(language, day, form),
      dayRange: ({ from, to }: Days) => format.formatDayRange(language, from, to),
      birthday: (birthday: string) => format.formatBirthday(language, birthday),
      days: (days: number) => format.formatDays(language, days),
    }),
    [language],
  );
}
