import { expect, test } from "vitest";
import { findFitting } from "./fitting.ts";
import { lastYear, periodBefore } from "./rules.ts";

const period = { from: "2026-03-01", to: "2026-03-10" };
const days = (visits: Readonly<Record<string, number>>) =>
  Object.entries(visits).map(([day, count]) => ({ day, visits: count }));
const alone = () => [];

test("what is offered in place of too many visits are the most of the last days that keep to the bound", () => {
  const even = days({ "2026-03-01": 4, "2026-03-05": 4, "2026-03-09": 4, "2026-03-10": 4 });
  expect(findFitting({ period, beside: alone, most: 8, days: even })).toEqual({
    from: "2026-03-06",
    to: "2026-03-10",
  });
  expect(findFitting({ period, beside: alone, most: 4, days: even })?.from).toBe("2026-03-10");
  expect(findFitting({ period, beside: alone, most: 3, days: even })).toBeNull();
});

test("the days that they are set against keep to it as well", () => {
  const before = days({ "2026-03-03": 9, "2026-03-10": 1 });
  const beside = (shorter: typeof period) => [periodBefore(shorter), lastYear(shorter)];
  // The four days before the seventh hold the third, and the three before the eighth do not.
  expect(findFitting({ period, beside, most: 8, days: before })?.from).toBe("2026-03-08");
  const ago = days({ "2025-03-08": 9, "2026-03-10": 1 });
  expect(findFitting({ period, beside, most: 8, days: ago })?.from).toBe("2026-03-09");
});
