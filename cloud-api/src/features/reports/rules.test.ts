import { DEVICE_FORMS, DEVICE_SYSTEMS } from "@foyer/contract";
import { expect, test } from "vitest";
import {
  chooseChecks,
  classEnd,
  classOf,
  countDays,
  FORMS,
  isCorrected,
  lastYear,
  listSlots,
  periodBefore,
  readNumbers,
  riseOf,
  SYSTEMS,
  shareStart,
  UNKNOWN,
  weekdayOf,
} from "./rules.ts";

const days = (from: string, to: string) => ({ from, to });

test("a period is set against as many days right before it, whole months against as many months", () => {
  expect(periodBefore(days("2026-03-05", "2026-03-11"))).toEqual(days("2026-02-26", "2026-03-04"));
  expect(periodBefore(days("2026-03-01", "2026-03-31"))).toEqual(days("2026-02-01", "2026-02-28"));
  expect(periodBefore(days("2026-01-01", "2026-02-28"))).toEqual(days("2025-11-01", "2025-12-31"));
  expect(periodBefore(days("2026-03-01", "2026-03-30"))).toEqual(days("2026-01-30", "2026-02-28"));
});

test("a year before are the same days of the calendar, and a whole February for one", () => {
  expect(lastYear(days("2026-03-05", "2026-03-11"))).toEqual(days("2025-03-05", "2025-03-11"));
  expect(lastYear(days("2024-02-29", "2024-02-29"))).toEqual(days("2023-02-28", "2023-02-28"));
  expect(lastYear(days("2025-02-01", "2025-02-28"))).toEqual(days("2024-02-01", "2024-02-29"));
});

test("slots of a period are its hours, days, weeks from Monday on, and months", () => {
  expect(listSlots(days("2026-03-01", "2026-03-01"), "hour")).toHaveLength(24);
  expect(listSlots(days("2026-03-01", "2026-03-03"), "week")).toEqual(["2026-02-23", "2026-03-02"]);
  expect(listSlots(days("2026-01-31", "2026-03-01"), "month")).toEqual([
    ...["2026-01", "2026-02", "2026-03"],
  ]);
  const late = listSlots(days("2026-03-01", "2026-03-01"), "hour", 4);
  expect([late[0], late[19], late[20], late[23]]).toEqual([
    ...["2026-03-01T04", "2026-03-01T23", "2026-03-01T00", "2026-03-01T03"],
  ]);
  expect(countDays(days("2026-02-28", "2026-03-01"))).toBe(2);
  expect([weekdayOf("2026-03-01"), weekdayOf("2026-03-02")]).toEqual([7, 1]);
});

test("days that begin at one hour are told from it on, others from midnight", () => {
  expect(shareStart([{ dayStartsHour: 4 }, { dayStartsHour: 4 }])).toBe(4);
  expect(shareStart([{ dayStartsHour: 4 }, { dayStartsHour: 0 }])).toBe(0);
  expect(shareStart([])).toBe(0);
});

test("visits are counted together as the first, the second, 3 to 5, 6 to 10, and 11 and more", () => {
  expect([1, 2, 3, 5, 6, 10, 11, 400].map(classOf)).toEqual([1, 2, 3, 3, 6, 6, 11, 11]);
  expect([classEnd(1), classEnd(3), classEnd(11)]).toEqual([1, 5, null]);
});

test("a day is corrected when it changes long after it was over", () => {
  expect(isCorrected("2026-03-01", new Date("2026-03-03T11:59:00Z"))).toBe(false);
  expect(isCorrected("2026-03-01", new Date("2026-03-03T12:01:00Z"))).toBe(true);
});

test("a list of numbers holds numbers within its bounds alone, each once", () => {
  const bounds = { min: 0, max: 23 };
  expect(readNumbers("8,9,9", bounds)).toEqual([8, 9]);
  for (const text of ["", "8,", "24", "-1", "8;9", "eight"])
    expect(readNumbers(text, bounds), text).toBeNull();
});

test("each night checks the last three days, and all days of more than a year in turn", () => {
  expect(chooseChecks("2026-03-10").recent).toEqual(days("2026-03-07", "2026-03-09"));
  const first = Date.parse("2026-03-10");
  const checked = new Set<string>();
  for (let night = 0; night < 40; night += 1) {
    const today = new Date(first + night * 86_400_000).toISOString().slice(0, 10);
    const { older } = chooseChecks(today);
    expect(countDays(older)).toBe(14);
    for (const day of listSlots(older, "day")) checked.add(day);
  }
  expect(checked.has("2025-12-01") && checked.has("2025-04-01")).toBe(true);
  expect(checked.size).toBeGreaterThan(365);
});

test("what a rise means is told of each number by its name; nobody says it of how long guests stay", () => {
  const bad = ["unsatisfiedShare", "hoursToClose", "lateCases", "devicesLost", "withdrawn", "lost"];
  expect(bad.map(riseOf)).toEqual(bad.map(() => "bad"));
  const good = ["visits", "newCustomers", "satisfied", "onlineShare", "cameAgainShare", "class-11"];
  expect(good.map(riseOf)).toEqual(good.map(() => "good"));
  expect(["dwellSeconds", "anonymousVisits", "branch"].map(riseOf)).toEqual([
    ...["neutral", "neutral", "neutral"],
  ]);
});

test("visits are told apart by every word that a box says of a device, and by none", () => {
  expect(SYSTEMS).toEqual([...DEVICE_SYSTEMS, UNKNOWN]);
  expect(FORMS).toEqual([...DEVICE_FORMS, UNKNOWN]);
});
