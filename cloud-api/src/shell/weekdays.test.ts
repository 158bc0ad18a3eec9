import { expect, test } from "vitest";
import { hourSpan, nameWeekday } from "./weekdays.ts";

test("the first day of the week is Monday, in both languages", () => {
  expect(nameWeekday(1, "en", "short")).toBe("Mon");
  expect(nameWeekday(7, "en", "long")).toBe("Sunday");
  expect(nameWeekday(1, "vi", "short")).toMatch(/^Th\D*2$/);
});

test("the last hour of a day ends at 24:00", () => {
  expect(hourSpan(8)).toBe("08:00–09:00");
  expect(hourSpan(23)).toBe("23:00–24:00");
});
