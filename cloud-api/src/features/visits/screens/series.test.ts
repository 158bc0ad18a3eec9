import { expect, test } from "vitest";
import type { Day } from "./replies.ts";
import { chooseAxis, chooseAxisStep, findBusiestDay, isQuiet, sumDays } from "./series.ts";

function day(name: string, newCustomers: number, returningCustomers: number, anonymous = 0): Day {
  return {
    day: name,
    newCustomers,
    returningCustomers,
    anonymousVisits: anonymous,
    visits: newCustomers + returningCustomers + anonymous,
  };
}

test("sums of the days add up to the total row of the table", () => {
  const days = [day("2026-03-01", 2, 5, 1), day("2026-03-02", 0, 3), day("2026-03-03", 1, 0, 4)];
  expect(sumDays(days)).toEqual({
    newCustomers: 3,
    returningCustomers: 8,
    anonymousVisits: 5,
    visits: 16,
  });
});

test("the busiest day is counted in customers, and the later of two equals", () => {
  const days = [day("2026-03-01", 2, 5), day("2026-03-02", 4, 3), day("2026-03-03", 0, 0, 90)];
  expect(findBusiestDay(days)?.day).toBe("2026-03-02");
});

test("a month without customers has no busiest day", () => {
  expect(findBusiestDay([day("2026-03-01", 0, 0, 3)])).toBeNull();
  expect(findBusiestDay([])).toBeNull();
});

test("anonymous visits alone are not quiet", () => {
  expect(isQuiet([day("2026-03-01", 0, 0)])).toBe(true);
  expect(isQuiet([day("2026-03-01", 0, 0, 1)])).toBe(false);
});

test.each([
  [0, 1],
  [3, 1],
  [7, 2],
  [18, 5],
  [40, 10],
  [83, 50],
  [1200, 500],
])("an axis up to %i steps by %i, a round number of whole people", (max, step) => {
  expect(chooseAxisStep(max)).toBe(step);
});

test("an axis reaches above its highest bar, stacked or anonymous", () => {
  expect(chooseAxis([day("2026-03-01", 9, 9, 3)])).toEqual({ max: 20, step: 5 });
  expect(chooseAxis([day("2026-03-01", 0, 0, 41)])).toEqual({ max: 60, step: 20 });
  expect(chooseAxis([])).toEqual({ max: 1, step: 1 });
});
