import { expect, test } from "vitest";
import { isRenewalDue } from "./certificate.ts";

const DAY_MS = 86_400_000;
const validFrom = new Date("2026-11-01T00:00:00Z");
const validUntil = new Date(validFrom.getTime() + 90 * DAY_MS);
const isDueAt = (day: number, jitter: number) =>
  isRenewalDue(
    { validFrom, validUntil },
    { now: new Date(validFrom.getTime() + day * DAY_MS), jitter },
  );

test("a certificate is asked for anew at a third of its life left, and by no box later than three days after", () => {
  expect([59, 61].map((day) => isDueAt(day, 0))).toEqual([false, true]);
  expect([62, 63.1].map((day) => isDueAt(day, 0.999))).toEqual([false, true]);
  expect(isDueAt(100, 0.5)).toBe(true);
});

test("one whose first day is still to come is not due: it is the clock that is wrong", () => {
  expect(isDueAt(-400, 0)).toBe(false);
});
