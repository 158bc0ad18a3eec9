import { type Language, LOCALE } from "./translate.ts";

/** A stretch of a week, as WeeklyHours of the contract has it: ISO 8601's days, 1 is Monday. */
export type WeeklyHours = { days: number[]; from: string; to: string };
/** As it is typed. */
export type HoursFields = { days: string[]; from: string; to: string };

export const EVERY_DAY = ["1", "2", "3", "4", "5", "6", "7"];
export const FIRST_HOURS: HoursFields = { days: EVERY_DAY, from: "08:00", to: "22:00" };

export const readHours = (hours: readonly WeeklyHours[]): HoursFields[] =>
  hours.map(({ days, from, to }) => ({ days: days.map(String), from, to }));

export const writeHours = (fields: readonly HoursFields[]): WeeklyHours[] =>
  fields.map(({ days, from, to }) => ({
    days: days.map(Number).sort((a, b) => a - b),
    ...{ from, to },
  }));

export const isWholeHours = ({ days, from, to }: HoursFields): boolean =>
  days.length > 0 && from !== "" && to !== "";

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

/** Such as "Mon–Fri 08:00–22:00"; `everyDay` is how all seven are called. */
export function sayHours(
  { days, from, to }: WeeklyHours,
  { language, everyDay }: { language: Language; everyDay: string },
): string {
  const stretches = joinDays(days);
  const isAll = stretches[0]?.from === 1 && stretches[0].to === 7;
  const name = (day: number) => nameDay(language, day);
  const said = stretches.map((each) =>
    each.from === each.to ? name(each.from) : `${name(each.from)}–${name(each.to)}`,
  );
  return `${isAll ? everyDay : said.join(" ")} ${from}–${to}`;
}
