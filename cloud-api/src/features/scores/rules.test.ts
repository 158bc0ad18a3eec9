import { describe, expect, test } from "vitest";
import { FIRST_SETTINGS, findFault, findTier, scoreVisits } from "./rules.ts";

const now = new Date("2026-06-01T00:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const score = (first: number, last: number, visits: number) =>
  scoreVisits(
    { firstAt: daysAgo(first), lastAt: daysAgo(last), visits },
    { settings: FIRST_SETTINGS, now },
  );

describe("points", () => {
  test("grow with the time from the first visit to the last, and with the visits, at each bound", () => {
    expect(score(29, 0, 1)).toMatchObject({ length: 1, frequency: 1 });
    expect(score(30, 0, 2)).toMatchObject({ length: 2, frequency: 2 });
    expect(score(365, 0, 16)).toEqual({ length: 5, recency: 5, frequency: 5, total: 15 });
  });

  test("fall with the days since the last visit, at each bound", () => {
    expect([0, 13, 14, 30, 60, 120, 900].map((last) => score(900, last, 1).recency)).toEqual([
      ...[5, 5, 4, 3, 2, 1, 1],
    ]);
    // A clock that is ahead.
    expect(score(0, -3, 1)).toEqual({ length: 1, recency: 5, frequency: 1, total: 7 });
  });
});

test("a tier is the highest that the points are enough for", () => {
  const ranks = [
    { tierId: "gold", totalMin: 13 },
    { tierId: "bronze", totalMin: 6 },
    { tierId: "silver", totalMin: 10 },
  ];
  expect([5, 6, 9, 10, 13, 15].map((total) => findTier(total, ranks))).toEqual([
    ...[null, "bronze", "bronze", "silver", "gold", "gold"],
  ]);
  expect(findTier(15, [])).toBeNull();
});

test("bounds have to rise, and each tier and number of points stands once", () => {
  expect(findFault(FIRST_SETTINGS)).toBeNull();
  expect(findFault({ ...FIRST_SETTINGS, visits: [1, 3, 3, 9] })?.field).toBe("/visits/2");
  const rank = { tierId: "a", totalMin: 6 };
  const twice = { ...FIRST_SETTINGS, ranks: [rank, { ...rank, totalMin: 9 }] };
  expect(findFault(twice)?.field).toBe("/ranks/1/tierId");
  const same = { ...FIRST_SETTINGS, ranks: [rank, { ...rank, tierId: "b" }] };
  expect(findFault(same)?.field).toBe("/ranks/1/totalMin");
});
