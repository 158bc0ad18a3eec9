import { expect, test } from "vitest";
import {
  FIRST_HOURS,
  isWholeHours,
  joinDays,
  nameDay,
  readHours,
  sayHours,
  writeHours,
} from "./weekly-hours.ts";

test("days of the week are named in the reader's language, Monday first", () => {
  expect([1, 7].map((day) => nameDay("en", day))).toEqual(["Mon", "Sun"]);
  expect([1, 7].map((day) => nameDay("vi", day))).toEqual(["Thứ 2", "CN"]);
});

test("days that follow each other are one stretch, in whatever order they come", () => {
  expect(joinDays([7, 2, 1, 3, 3])).toEqual([
    { from: 1, to: 3 },
    { from: 7, to: 7 },
  ]);
  expect(joinDays([])).toEqual([]);
});

test("hours are written as they were read, with their days in order", () => {
  const hours = [{ days: [1, 3], from: "08:00", to: "22:00" }];
  expect(writeHours(readHours(hours))).toEqual(hours);
  expect(writeHours([{ days: ["7", "1"], from: "22:00", to: "02:00" }])).toEqual([
    { days: [1, 7], from: "22:00", to: "02:00" },
  ]);
});

test("hours without a day or an end are not whole", () => {
  expect(isWholeHours(FIRST_HOURS)).toBe(true);
  for (const change of [{ days: [] }, { from: "" }, { to: "" }])
    expect(isWholeHours({ ...FIRST_HOURS, ...change })).toBe(false);
});

test("hours are said in a line", () => {
  const words = { language: "en", everyDay: "every day" } as const;
  const say = (days: number[]) => sayHours({ days, from: "08:00", to: "22:00" }, words);
  expect(say([1, 2, 3, 4, 5])).toBe("Mon–Fri 08:00–22:00");
  expect(say([1, 3])).toBe("Mon Wed 08:00–22:00");
  expect(say([1, 2, 3, 4, 5, 6, 7])).toBe("every day 08:00–22:00");
});
