import { describe, expect, test } from "vitest";
import { chooseUpgradeWait, FREE_BYTES_MIN, hasRoom } from "./upgrade-rules.ts";

const at = (time: string) => `2026-11-28T${time}:00.000Z`;
const night = { from: at("03:00"), until: at("05:00") };
const minutes = (now: string, jitter: number, quiet = [night]) => {
  const wait = chooseUpgradeWait(quiet, { now: new Date(at(now)), jitter });
  return wait === null ? null : wait / 60_000;
};

describe("a release is switched to", () => {
  test("in a stretch that the cloud told, and waits for the next one else", () => {
    expect(minutes("02:00", 0)).toBe(60);
    expect(minutes("03:00", 0)).toBe(0);
    expect(minutes("04:00", 0)).toBe(0);
    expect(minutes("05:00", 0)).toBeNull();
    expect(minutes("05:00", 0, [night, { from: at("23:00"), until: at("23:59") }])).toBe(18 * 60);
  });

  test("early enough to be over before the stretch is", () => {
    expect(minutes("04:45", 0)).toBe(0);
    expect(minutes("04:46", 0)).toBeNull();
    expect(minutes("03:00", 0, [{ from: at("03:00"), until: at("03:14") }])).toBeNull();
  });

  test("by each box a little later than by another, within the first half of the stretch", () => {
    expect(minutes("03:00", 0.5)).toBe(26.25);
    expect(minutes("03:00", 0.999)).toBeLessThan(52.5);
    expect(minutes("03:00", 0.5, [{ from: at("03:00"), until: at("12:00") }])).toBe(30);
  });

  test("at no time where none was told", () => {
    expect(minutes("03:00", 0, [])).toBeNull();
  });
});

test("a tarball is fetched where it, root's copy of it and room to work fit on the disk", () => {
  const bytes = 50_000_000;
  const freeBytes = 2 * bytes + FREE_BYTES_MIN;
  expect(hasRoom({ freeBytes, bytes, fetchedBytes: 0 })).toBe(true);
  expect(hasRoom({ freeBytes: freeBytes - 1, bytes, fetchedBytes: 0 })).toBe(false);
  expect(hasRoom({ freeBytes: freeBytes - bytes, bytes, fetchedBytes: bytes })).toBe(true);
});
