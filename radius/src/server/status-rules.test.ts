import { describe, expect, test } from "vitest";
import { type Circumstances, FREE_BYTES_MIN, listTroubles } from "./status-rules.ts";

const now = new Date("2026-03-01T02:00:00.000Z");
const since = now.toISOString();
const well: Circumstances = {
  ...{ storeTrouble: null, freeBytes: 2 * FREE_BYTES_MIN, now, storeWrittenAt: now },
  ...{ clockOffsetsSeconds: [], settingsVersion: 3 },
};
const codesOf = (change: Partial<Circumstances>) =>
  listTroubles({ ...well, ...change }).map(({ code }) => code);

describe("a box", () => {
  test("with a store that writes, room, settings and the right time is ready", () => {
    expect(codesOf({})).toEqual([]);
  });

  test.each([
    ["SQLITE_BUSY", "store-locked"],
    ["SQLITE_BUSY_SNAPSHOT", "store-locked"],
    ["SQLITE_FULL", "store-full"],
    ["SQLITE_READONLY_DBMOVED", "store-read-only"],
    ["SQLITE_IOERR_WRITE", "store-fails"],
    ["SQLITE_CORRUPT", "store-fails"],
  ])("whose store says %s is degraded as %s", (code, told) => {
    expect(codesOf({ storeTrouble: { code, since } })).toEqual([told]);
  });

  test("with little room left is degraded before the store fails", () => {
    expect(codesOf({ freeBytes: FREE_BYTES_MIN })).toEqual([]);
    expect(codesOf({ freeBytes: FREE_BYTES_MIN - 1 })).toEqual(["disk-nearly-full"]);
    expect(codesOf({ freeBytes: null })).toEqual([]);
  });

  test("without settings knows no access point", () => {
    expect(codesOf({ settingsVersion: 0 })).toEqual(["no-settings"]);
  });
});

describe("the box's clock", () => {
  test("is behind when its store was last written later than now", () => {
    const writtenIn = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    expect(codesOf({ storeWrittenAt: writtenIn(60) })).toEqual([]);
    expect(listTroubles({ ...well, storeWrittenAt: writtenIn(3600) })).toEqual([
      { code: "clock-behind", seconds: 3600 },
    ]);
    expect(codesOf({ storeWrittenAt: null })).toEqual([]);
  });

  test("is doubted where two access points agree with each other and not with it", () => {
    expect(listTroubles({ ...well, clockOffsetsSeconds: [600, 630] })).toEqual([
      { code: "clock-unlike-nas", seconds: -615, nas: 2 },
    ]);
  });

  test.each([
    ["one access point is off", [600]],
    ["two are off in different ways", [600, 900]],
    ["one of them agrees with the box", [600, 610, 0]],
    ["all are off by little", [250, 280]],
  ])("is believed where %s", (_, clockOffsetsSeconds) => {
    expect(codesOf({ clockOffsetsSeconds })).toEqual([]);
  });
});
