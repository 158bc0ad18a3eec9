import type { Day } from "./replies.ts";

export type Totals = {
  newCustomers: number;
  returningCustomers: number;
  anonymousVisits: number;
  visits: number;
};

const NOTHING: Totals = { newCustomers: 0, returningCustomers: 0, anonymousVisits: 0, visits: 0 };

/** Sums of the days. Customers are distinct within a day, so their sum counts customer-days. */
export function sumDays(days: readonly Day[]): Totals {
  return days.reduce(
    (sum, day) => ({
      newCustomers: sum.newCustomers + day.newCustomers,
      returningCustomers: sum.returningCustomers + day.returningCustomers,
      anonymousVisits: sum.anonymousVisits + day.anonymousVisits,
      visits: sum.visits + day.visits,
    }),
    NOTHING,
  );
}

/** The day with the most customers; null when no day had any. The later one of equals. */
export function findBusiestDay(days: readonly Day[]): Day | null {
  return days.reduce<Day | null>(
    (best, day) => (countCustomers(day) >= Math.max(1, countCustomers(best)) ? day : best),
    null,
  );
}

/** Distinct customers of a day: the height of its bar. */
export function countCustomers(day: Day | null | undefined): number {
  return day ? day.newCustomers + day.returningCustomers : 0;
}

/** Whether nothing at all happened: the tenant is new, or its boxes are silent. */
export function isQuiet(days: readonly Day[]): boolean {
  return days.every((day) => day.visits === 0 && countCustomers(day) === 0);
}

/** A round step for an axis of about `ticks` lines, never less than one: people come whole. */
export function chooseAxisStep(max: number, ticks = 4): number {
  const rough = Math.max(1, max / ticks);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return Math.max(1, step * power);
}

/** The largest number the axis must reach, rounded up to whole steps. */
export function chooseAxis(days: readonly Day[]): { max: number; step: number } {
  const highest = Math.max(
    1,
    ...days.map((day) => Math.max(countCustomers(day), day.anonymousVisits)),
  );
  const step = chooseAxisStep(highest);
  return { max: Math.ceil(highest / step) * step, step };
}
