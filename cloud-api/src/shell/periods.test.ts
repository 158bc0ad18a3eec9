import { expect, test } from "vitest";
import { chooseUnit, daysOf, daysOfSlot } from "./periods.ts";

test.each([
  ["today", "2026-03-01", "2026-03-01"],
  ["yesterday", "2026-02-28", "2026-02-28"],
  ["7-days", "2026-02-23", "2026-03-01"],
  ["30-days", "2026-01-31", "2026-03-01"],
  ["month", "2026-03-01", "2026-03-01"],
  ["last-month", "2026-02-01", "2026-02-28"],
  ["year", "2026-01-01", "2026-03-01"],
  ["12-months", "2025-03-02", "2026-03-01"],
] as const)("%s, seen from 1 March, is %s to %s", (period, from, to) => {
  expect(daysOf(period, "2026-03-01")).toEqual({ from, to });
});

test("a chart has hours of a day, days of a quarter, weeks of a year and months of more", () => {
  expect(chooseUnit({ from: "2026-03-01", to: "2026-03-01" })).toBe("hour");
  expect(chooseUnit({ from: "2026-03-01", to: "2026-05-30" })).toBe("day");
  expect(chooseUnit({ from: "2025-03-02", to: "2026-03-01" })).toBe("week");
  expect(chooseUnit({ from: "2024-03-02", to: "2026-03-01" })).toBe("month");
});

test("a slot's days are those it counts", () => {
  expect(daysOfSlot("2026-03-01T08", "hour")).toEqual({ from: "2026-03-01", to: "2026-03-01" });
  expect(daysOfSlot("2026-02-23", "week")).toEqual({ from: "2026-02-23", to: "2026-03-01" });
  expect(daysOfSlot("2028-02", "month")).toEqual({ from: "2028-02-01", to: "2028-02-29" });
  expect(daysOfSlot("2026-12", "month")).toEqual({ from: "2026-12-01", to: "2026-12-31" });
});
