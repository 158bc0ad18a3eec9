import { expect, test } from "vitest";
import { findPageDays } from "./rules.ts";

const days = [
  { day: "2026-03-09", sessions: 4 },
  { day: "2026-03-07", sessions: 3 },
  { day: "2026-03-02", sessions: 5 },
];

test("a page of a list by days is of the last days that fill it", () => {
  const page = (after: string | null, rows: number) => findPageDays(days, { after, rows });
  expect(page(null, 4)).toEqual({ from: "2026-03-09", to: "2026-03-09" });
  expect(page(null, 5)).toEqual({ from: "2026-03-07", to: "2026-03-09" });
  expect(page(null, 50)).toEqual({ from: "2026-03-02", to: "2026-03-09" });
  // Of the day of the last row of the page before, nothing may be left.
  expect(page("2026-03-09", 3)).toEqual({ from: "2026-03-07", to: "2026-03-09" });
  expect(page("2026-03-08", 1)).toEqual({ from: "2026-03-07", to: "2026-03-07" });
  expect(page("2026-03-01", 1)).toBeNull();
  expect(findPageDays([], { after: null, rows: 10 })).toBeNull();
});
