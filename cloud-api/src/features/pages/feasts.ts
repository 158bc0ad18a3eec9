import { findLunarDay } from "./lunar.ts";

/** Days that shops plan by; what each is called is words. */
export const FEASTS = [
  "new-year",
  "valentine",
  "womens-day",
  "christmas",
  "tet",
  "hung-kings",
  "reunification",
  "labour",
  "national",
  "mid-autumn",
  "vietnamese-womens-day",
] as const;
export type Feast = (typeof FEASTS)[number];

/** MM-DD. Everywhere, and in Vietnam besides. */
const EVERYWHERE: readonly [string, Feast][] = [
  ["01-01", "new-year"],
  ["02-14", "valentine"],
  ["03-08", "womens-day"],
  ["12-25", "christmas"],
];
const IN_VIETNAM: readonly [string, Feast][] = [
  ["04-30", "reunification"],
  ["05-01", "labour"],
  ["09-02", "national"],
  ["10-20", "vietnamese-womens-day"],
];
/** Month and day of the lunar year. Three days of Tết, as the Labour Code has at the least beside its eve. */
const BY_THE_MOON: readonly [number, number, Feast][] = [
  ...[1, 2, 3].map((day): [number, number, Feast] => [1, day, "tet"]),
  [3, 10, "hung-kings"],
  [8, 15, "mid-autumn"],
];

/** The feasts of a day (YYYY-MM-DD) in a country (ISO 3166-1). */
export function listFeasts(day: string, country: string): Feast[] {
  const [fixed, year] = [day.slice(5), Number(day.slice(0, 4))];
  const isVietnam = country === "VN";
  const byDate = [...EVERYWHERE, ...(isVietnam ? IN_VIETNAM : [])]
    .filter(([date]) => date === fixed)
    .map(([, feast]) => feast);
  const byTheMoon = isVietnam
    ? BY_THE_MOON.filter(([month, date]) => findLunarDay(year, month, date) === day)
    : [];
  return [...byDate, ...byTheMoon.map(([, , feast]) => feast)];
}

/** Whether who was born on 29 February keeps their birthday on this day, since it has no 29th. */
export function keepsLeapBirthdays(day: string): boolean {
  const year = Number(day.slice(0, 4));
  return day.endsWith("-02-28") && new Date(Date.UTC(year, 1, 29)).getUTCMonth() !== 1;
}
