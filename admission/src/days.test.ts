import fc from "fast-check";
import { expect, test } from "vitest";
import { countDays, dayOf, isBirthday, sayDay } from "./days.ts";

const at = (text: string) => new Date(text);
const on = (text: string) => {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  return { year, month, day };
};

test.each([
  ["1990-03-01", "2026-03-01", true],
  ["1990-03-01", "2026-03-02", false],
  ["1990-03-01", "2026-04-01", false],
  ["--03-01", "2026-03-01", true],
  ["2000-02-29", "2028-02-29", true],
  ["2000-02-29", "2028-02-28", false],
  ["2000-02-29", "2026-02-28", true],
  ["2000-02-29", "2026-03-01", false],
  ["--02-29", "2100-02-28", true],
  ["2000-02-28", "2026-02-28", true],
  ["nonsense", "2026-02-28", false],
])("born on %s, %s is the birthday: %s", (birthday, day, isIt) => {
  expect(isBirthday(birthday, on(day))).toBe(isIt);
});

test("everybody has one birthday in each year", () => {
  const days = fc.date({ min: at("1900-01-01"), max: at("2099-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(days, fc.integer({ min: 1971, max: 2099 }), (born, year) => {
      const birthday = born.toISOString().slice(0, 10);
      const kept = Array.from({ length: 366 }, (_, index) =>
        new Date(Date.UTC(year, 0, 1 + index)).toISOString().slice(0, 10),
      ).filter((day) => day.startsWith(String(year)) && isBirthday(birthday, on(day)));
      expect(kept).toHaveLength(1);
    }),
  );
});

test("days are counted by midnights, over a day of 23 or 25 hours as well", () => {
  const berlin = (moment: string) => dayOf(at(moment), "Europe/Berlin");
  expect(countDays(berlin("2026-03-28T22:59:00Z"), berlin("2026-03-28T23:01:00Z"))).toBe(1);
  expect(countDays(berlin("2026-03-28T23:01:00Z"), berlin("2026-03-29T21:59:00Z"))).toBe(0);
  expect(countDays(berlin("2026-10-24T22:00:00Z"), berlin("2026-10-25T22:59:59Z"))).toBe(0);
  expect(countDays(berlin("2026-10-24T22:00:00Z"), berlin("2026-10-25T23:00:00Z"))).toBe(1);
});

test("a day is the branch's: after five in the afternoon in London it is tomorrow in Saigon", () => {
  expect(sayDay(dayOf(at("2026-03-01T17:00:00Z"), "Asia/Ho_Chi_Minh"))).toBe("2026-03-02");
  expect(sayDay(dayOf(at("2026-03-01T16:59:59Z"), "Asia/Ho_Chi_Minh"))).toBe("2026-03-01");
});
