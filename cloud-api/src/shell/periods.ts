import { addDays } from "./format.ts";

/** Days of the calendar, both included, YYYY-MM-DD. */
export type Days = { from: string; to: string };

/** What people ask for. They are kept by name in an address, so that a link means the same each morning. */
export const PERIODS = [
  ...(["today", "yesterday", "7-days", "30-days", "90-days"] as const),
  ...(["month", "last-month", "year", "12-months"] as const),
];
export type PeriodName = (typeof PERIODS)[number];
export const STANDARD: PeriodName = "30-days";

/** The days of a period, seen from a day. */
export function daysOf(period: PeriodName, today: string): Days {
  const back = (days: number) => ({ from: addDays(today, 1 - days), to: today });
  switch (period) {
    case "today":
      return back(1);
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "7-days":
      return back(7);
    case "30-days":
      return back(30);
    case "90-days":
      return back(90);
    case "month":
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case "last-month": {
      const to = addDays(`${today.slice(0, 7)}-01`, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
    case "year":
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    case "12-months":
      return back(365);
  }
}

export type Unit = "hour" | "day" | "week" | "month";

const MS_A_DAY = 86_400_000;
export const countDays = ({ from, to }: Days): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS_A_DAY) + 1;

/** So many slots as a chart can show: hours of a day or two, days of a quarter, weeks, then months. */
export function chooseUnit(days: Days): Unit {
  const count = countDays(days);
  if (count <= 2) return "hour";
  if (count <= 100) return "day";
  return count <= 400 ? "week" : "month";
}

/** How long a slot's name is: `2026-11-27T08`, a day (of a week its Monday), `2026-11`. */
export function daysOfSlot(slot: string, unit: Unit): Days {
  switch (unit) {
    case "hour":
      return { from: slot.slice(0, 10), to: slot.slice(0, 10) };
    case "day":
      return { from: slot, to: slot };
    case "week":
      return { from: slot, to: addDays(slot, 6) };
    case "month": {
      const next = addDays(`${slot}-28`, 4);
      return { from: `${slot}-01`, to: addDays(`${next.slice(0, 7)}-01`, -1) };
    }
  }
}
