import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chooseWarning,
  DISK_RESERVE_BYTES,
  findExcess,
  forecastFullInDays,
} from "./outbox-rules.ts";

const MIB = 1024 * 1024;
const state = { bytes: 100 * MIB, bytesMax: 256 * MIB, freeBytes: 1024 * MIB };
const growth = { bytes: 26 * MIB, hours: 48 };
const oldestAgeMilliseconds = 3 * 3_600_000;

describe("what has to go", () => {
  test("nothing below the bound; above it, what is too much; once begun, down to nine tenths", () => {
    expect(findExcess(state, { isThinning: false })).toBeNull();
    const full = { ...state, bytes: 257 * MIB };
    expect(findExcess(full, { isThinning: false })).toEqual({ bytes: MIB, reason: "outbox-full" });
    expect(findExcess(full, { isThinning: true })?.bytes).toBeCloseTo(26.6 * MIB, -5);
  });

  test("on a disk that is nearly full, what is missing of its reserve", () => {
    const free = { ...state, freeBytes: DISK_RESERVE_BYTES - MIB };
    expect(findExcess(free, { isThinning: false })).toEqual({ bytes: MIB, reason: "disk-full" });
    expect(findExcess({ ...state, freeBytes: null }, { isThinning: false })).toBeNull();
  });
});

describe("the forecast", () => {
  test("tells how many days the room lasts at the pace of the hours that were counted", () => {
    expect(forecastFullInDays(state, { growth, oldestAgeMilliseconds })).toBeCloseTo(12, 5);
  });

  test("goes by the disk where that has less room than the bound", () => {
    const small = { ...state, freeBytes: DISK_RESERVE_BYTES + 13 * MIB };
    expect(forecastFullInDays(small, { growth, oldestAgeMilliseconds })).toBeCloseTo(1, 5);
  });

  test("tells nothing while the cloud takes what is written, or before an hour was counted", () => {
    const tell = (about: Partial<Parameters<typeof forecastFullInDays>[1]>) =>
      forecastFullInDays(state, { growth, oldestAgeMilliseconds, ...about });
    expect(tell({ oldestAgeMilliseconds: null })).toBeNull();
    expect(tell({ oldestAgeMilliseconds: 60_000 })).toBeNull();
    expect(tell({ growth: { bytes: MIB, hours: 0.5 } })).toBeNull();
    expect(tell({ growth: { bytes: 0, hours: 48 } })).toBeNull();
  });

  test("never tells a time below zero", () => {
    const amounts = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(amounts, amounts, amounts, (bytes, freeBytes, age) => {
        const found = { bytes, bytesMax: 256 * MIB, freeBytes };
        const days = forecastFullInDays(found, { growth, oldestAgeMilliseconds: age });
        expect(days === null || days >= 0).toBe(true);
      }),
    );
  });
});

test("it is warned of seven days ahead, a day ahead, and when it has come", () => {
  expect([null, 8, 7, 1.5, 1, 0.1, 0].map(chooseWarning)).toEqual([
    ...["none", "none", "soon", "soon", "within-a-day", "within-a-day", "full"],
  ]);
});
