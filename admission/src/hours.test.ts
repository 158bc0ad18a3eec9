import type { WeeklyHours } from "@foyer/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findAllowedUntil, findNextOpening, isWithinHours } from "./hours.ts";

const SAIGON = "Asia/Ho_Chi_Minh";
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const until = (hours: WeeklyHours[], now: string, timeZone = SAIGON) =>
  findAllowedUntil(hours, { now: new Date(now), timeZone })?.toISOString();

test("without hours there is no end", () => {
  expect(findAllowedUntil([], { now: new Date(), timeZone: SAIGON })).toBeNull();
});

test("part of MC-2.4: allowed from the first second to the last, on the branch's clock", () => {
  const hours = [{ days: [1], from: "08:00", to: "22:00" }];
  const closing = "2026-03-02T15:00:00.000Z";
  expect(until(hours, "2026-03-02T00:59:59.999Z")).toBe("2026-03-02T00:59:59.999Z");
  expect(until(hours, "2026-03-02T01:00:00.000Z")).toBe(closing);
  expect(until(hours, "2026-03-02T14:59:59.999Z")).toBe(closing);
  expect(until(hours, closing)).toBe(closing);
  expect(until(hours, "2026-03-03T03:00:00.000Z")).toBe("2026-03-03T03:00:00.000Z");
});

test("hours past midnight belong to the day they began on", () => {
  const hours = [{ days: [6], from: "18:00", to: "02:00" }];
  // Sunday 01:00 in Saigon is Saturday's; Saturday 01:00 would be Friday's.
  expect(until(hours, "2026-03-07T18:00:00.000Z")).toBe("2026-03-07T19:00:00.000Z");
  expect(until(hours, "2026-03-06T18:00:00.000Z")).toBe("2026-03-06T18:00:00.000Z");
});

test("hours that touch or overlap are one stretch", () => {
  const hours = [
    { days: [1], from: "08:00", to: "12:00" },
    { days: [1], from: "11:00", to: "14:00" },
    { days: [1], from: "14:00", to: "16:00" },
    { days: [1], from: "17:00", to: "18:00" },
  ];
  expect(until(hours, "2026-03-02T01:00:00.000Z")).toBe("2026-03-02T09:00:00.000Z");
});

test("round the clock, every day, is a stretch beyond any session", () => {
  const hours = [{ days: EVERY_DAY, from: "00:00", to: "00:00" }];
  const end = new Date(until(hours, "2026-03-02T01:00:00.000Z") ?? "");
  expect(end.getTime() - Date.parse("2026-03-02T01:00:00Z")).toBeGreaterThan(7 * 86_400_000);
});

test("closing time is the wall's also on the day the clock changes", () => {
  const hours = [{ days: EVERY_DAY, from: "01:00", to: "05:00" }];
  expect(until(hours, "2026-03-29T00:30:00.000Z", "Europe/Berlin")).toBe(
    "2026-03-29T03:00:00.000Z",
  );
  expect(until(hours, "2026-10-25T00:30:00.000Z", "Europe/Berlin")).toBe(
    "2026-10-25T04:00:00.000Z",
  );
});

test("the next opening is today's, or that of the next day that has one", () => {
  const hours = [
    { days: [1], from: "08:00", to: "12:00" },
    { days: [1, 4], from: "14:00", to: "16:00" },
  ];
  const next = (now: string) =>
    findNextOpening(hours, { now: new Date(now), timeZone: SAIGON })?.toISOString();
  expect(next("2026-03-02T00:00:00Z")).toBe("2026-03-02T01:00:00.000Z");
  expect(next("2026-03-02T06:00:00Z")).toBe("2026-03-02T07:00:00.000Z");
  expect(next("2026-03-02T10:00:00Z")).toBe("2026-03-05T07:00:00.000Z");
});

test("whether a moment lies within hours is what their end says", () => {
  const times = fc.integer({ min: 0, max: 95 }).map((quarter) => {
    const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15];
    return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  });
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
  const hours = fc.array(fc.record({ days, from: times, to: times }), { maxLength: 4 });
  const min = new Date("2026-03-20T00:00:00Z");
  const moments = fc.date({ min, max: new Date("2026-11-10T00:00:00Z"), noInvalidDate: true });
  fc.assert(
    fc.property(hours, moments, fc.constantFrom(SAIGON, "Europe/Berlin"), (open, now, timeZone) => {
      const until = findAllowedUntil(open, { now, timeZone });
      expect(isWithinHours(open, { now, timeZone })).toBe(until === null || until > now);
    }),
  );
});
