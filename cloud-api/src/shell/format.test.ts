import { expect, test } from "vitest";
import {
  addDays,
  countSecondsSince,
  formatBirthday,
  formatBytes,
  formatDay,
  formatDays,
  formatDaysSince,
  formatDuration,
  formatMoment,
  formatPhone,
  formatSince,
  readDay,
} from "./format.ts";

const now = new Date("2026-03-10T05:00:00Z");

test("bytes are told in decimal units, with one digit after the point below ten", () => {
  expect(formatBytes("en", 0)).toBe("0 bytes");
  expect(formatBytes("en", 999)).toBe("999 bytes");
  expect(formatBytes("en", 1500)).toBe("1.5 kB");
  expect(formatBytes("en", 48_200_000)).toBe("48 MB");
  expect(formatBytes("vi", 5_240_000_000)).toBe("5,2 GB");
});

test("bytes that would round up to a thousand take the next unit", () => {
  expect(formatBytes("en", 999_600)).toBe("1 MB");
  expect(formatBytes("en", 7e15)).toBe("7,000 TB");
});

test("a duration shows its two largest units and never a negative one", () => {
  expect(formatDuration("en", 45)).toBe("45s");
  expect(formatDuration("en", 3 * 3600 + 300)).toBe("3h 5m");
  expect(formatDuration("en", 2 * 86_400 + 3 * 3600 + 59)).toBe("2 days 3h");
  expect(formatDuration("vi", 3 * 3600 + 300)).toBe("3 giờ 5 phút");
  expect(formatDuration("en", 3600)).toBe("1h");
  expect(formatDuration("en", -5)).toBe("0s");
});

test("a moment is told on the branch's clock, with the year only when it is another", () => {
  const options = { timeZone: "Asia/Ho_Chi_Minh", now };
  expect(formatMoment("en", "2026-03-09T17:30:00Z", options)).toBe("10 Mar, 00:30");
  expect(formatMoment("en", "2025-12-31T17:30:00Z", options)).toBe("1 Jan, 00:30");
  expect(formatMoment("en", "2025-12-31T16:30:00Z", options)).toBe("31 Dec 2025, 23:30");
});

test("a calendar day keeps its date in every time zone", () => {
  expect(formatDay("en", "2026-03-01")).toBe("1 Mar");
  expect(formatDay("vi", "2026-03-01")).toBe("1/3");
});

test("a birthday without its year is told without one", () => {
  expect(formatBirthday("en", "--02-29")).toBe("29 February");
  expect(formatBirthday("en", "1990-02-28")).toBe("28 February 1990");
});

test("time gone by is told in the unit that fits, in words where a language has them", () => {
  expect(formatSince("en", "2026-03-10T04:59:20Z", now)).toBe("40 seconds ago");
  expect(formatSince("en", "2026-03-10T04:48:00Z", now)).toBe("12 minutes ago");
  expect(formatSince("en", "2026-03-09T04:00:00Z", now)).toBe("yesterday");
  expect(formatSince("vi", "2026-03-07T04:00:00Z", now)).toBe("3 ngày trước");
});

test("a time ahead of this clock is told as now", () => {
  expect(formatSince("en", "2026-03-10T05:00:09Z", now)).toBe("now");
  expect(countSecondsSince("2026-03-10T05:00:09Z", now)).toBe(0);
});

test("days since a visit are days, then months, then years", () => {
  expect(formatDaysSince("en", 0)).toBe("today");
  expect(formatDaysSince("en", 30)).toBe("30 days ago");
  expect(formatDaysSince("en", 75)).toBe("2 months ago");
  expect(formatDaysSince("en", 800)).toBe("2 years ago");
  expect(formatDays("en", 1)).toBe("1 day");
  expect(formatDays("vi", 12)).toBe("12 ngày");
});

test("a Vietnamese number is grouped as people say it, others stay E.164", () => {
  expect(formatPhone("+84912345678")).toBe("+84 912 345 678");
  expect(formatPhone("+842438257863")).toBe("+84 24 3825 7863");
  expect(formatPhone("+842363822041")).toBe("+84 236 3822 041");
  expect(formatPhone("+14155550123")).toBe("+14155550123");
});

test("the day of a moment is the day where the branch is", () => {
  const moment = new Date("2026-03-09T18:00:00Z");
  expect(readDay(moment, "Asia/Ho_Chi_Minh")).toBe("2026-03-10");
  expect(readDay(moment, "UTC")).toBe("2026-03-09");
});

test("days are added across the ends of months and years", () => {
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
  expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
});
