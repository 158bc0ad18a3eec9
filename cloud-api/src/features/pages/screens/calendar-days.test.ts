import { expect, test } from "vitest";
import { addDays, daysShown, mondayOf, moveBy } from "./calendar-days.ts";

test("a week is shown from its Monday, a month in whole weeks", () => {
  // 2026-11-27 is a Friday; February 2027 begins on a Monday and has four weeks.
  expect(daysShown("2026-11-27", "week")).toEqual({ from: "2026-11-23", days: 7 });
  expect(daysShown("2026-11-27", "month")).toEqual({ from: "2026-10-26", days: 42 });
  expect(daysShown("2027-02-28", "month")).toEqual({ from: "2027-02-01", days: 28 });
  expect(daysShown("2028-02-29", "month")).toEqual({ from: "2028-01-31", days: 35 });
});

test("one goes on by weeks and by months, over years and a 29 February", () => {
  expect(mondayOf("2026-11-29")).toBe("2026-11-23");
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(moveBy("2026-12-30", "week", 1)).toBe("2027-01-06");
  expect(moveBy("2027-01-31", "month", 1)).toBe("2027-02-01");
  expect(moveBy("2027-01-31", "month", -1)).toBe("2026-12-01");
});
