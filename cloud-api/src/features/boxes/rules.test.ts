import type { BoxReport } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { countOpenMinutes, findSilence, listTroubles, WATCH_AT_FIRST } from "./rules.ts";

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const hours = (from: string, to: string, days = EVERY_DAY) => [{ days, from, to }];
const SAIGON = "Asia/Ho_Chi_Minh";
const BERLIN = "Europe/Berlin";
const at = (text: string) => new Date(text);

const count = (
  timeZone: string,
  openingHours: ReturnType<typeof hours>,
  [from, to]: readonly [string, string],
) =>
  countOpenMinutes(
    { timeZone, openingHours },
    { from: at(from), to: at(to), atMostMinutes: 100_000 },
  );

describe("how long a branch was open", () => {
  test("is told by its own clock, wherever the cloud stands", () => {
    // 08:00 in Ho Chi Minh City is 01:00 UTC.
    const night = ["2026-03-01T14:00:00Z", "2026-03-02T01:20:00Z"] as const;
    expect(count(SAIGON, hours("08:00", "22:00"), night)).toBe(60 + 20);
    expect(count(BERLIN, hours("08:00", "22:00"), night)).toBe(7 * 60);
  });

  test("goes on past midnight where the hours do", () => {
    const party = ["2026-03-01T16:00:00Z", "2026-03-01T20:00:00Z"] as const;
    expect(count(SAIGON, hours("18:00", "02:00"), party)).toBe(3 * 60);
  });

  test("is none on a day off, and all of it where no hours are set", () => {
    // A Sunday.
    const sunday = ["2026-03-01T02:00:00Z", "2026-03-01T05:00:00Z"] as const;
    expect(count(SAIGON, hours("08:00", "22:00", [1, 2, 3, 4, 5, 6]), sunday)).toBe(0);
    expect(count(SAIGON, [], sunday)).toBe(180);
  });

  test("has an hour less on the night clocks go forward, and one more when they go back", () => {
    // Berlin: 29 March 2026, 02:00 becomes 03:00; 25 October 2026, 03:00 becomes 02:00.
    const spring = ["2026-03-28T23:00:00Z", "2026-03-29T06:00:00Z"] as const;
    expect(count(BERLIN, hours("00:00", "06:00"), spring)).toBe(5 * 60);
    const autumn = ["2026-10-24T22:00:00Z", "2026-10-25T08:00:00Z"] as const;
    expect(count(BERLIN, hours("00:00", "06:00"), autumn)).toBe(7 * 60);
  });

  test("is counted no further than is asked for", () => {
    const year = { from: at("2025-03-01T00:00:00Z"), to: at("2026-03-01T00:00:00Z") };
    const place = { timeZone: SAIGON, openingHours: hours("08:00", "22:00") };
    expect(countOpenMinutes(place, { ...year, atMostMinutes: 90 })).toBe(90);
  });
});

describe("a branch is silent", () => {
  const watch = { silentMinutes: 30, openingHours: hours("08:00", "22:00") };
  const find = (lastHeard: string, now: string, change = {}) =>
    findSilence(
      { ...watch, ...change },
      { timeZone: SAIGON, lastHeardAt: at(lastHeard), now: at(now) },
    );

  test("once it was open for so many minutes without a word, and not a minute before", () => {
    expect(find("2026-03-02T02:00:00Z", "2026-03-02T02:29:59Z")).toBeNull();
    expect(find("2026-03-02T02:00:00Z", "2026-03-02T02:30:00Z")).toBe(30);
  });

  test("not all night long: a box that is switched off with the lights is told of after opening", () => {
    const off = "2026-03-01T15:00:00Z";
    expect(find(off, "2026-03-02T00:59:00Z")).toBeNull();
    expect(find(off, "2026-03-02T01:29:00Z")).toBeNull();
    expect(find(off, "2026-03-02T01:30:00Z")).toBe(30);
  });

  test("still, when it closes meanwhile; and never where staff want to hear nothing of it", () => {
    expect(find("2026-03-01T14:00:00Z", "2026-03-01T20:00:00Z")).toBe(60);
    const off = { silentMinutes: null };
    expect(find("2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z", off)).toBeNull();
  });
});

describe("what is to be done about a box", () => {
  const NOW = at("2026-03-02T02:00:00Z");
  const report: BoxReport = {
    release: "0.1.0",
    epoch: "01990000-0000-7000-8000-000000000004",
    now: NOW.toISOString(),
    settingsVersion: 3,
    outbox: {
      ...{ events: 0, bytes: 0, bytesMax: 256 * 1024 * 1024, thinned: 0 },
      ...{ oldestAt: null, fullInDays: null },
    },
    clock: { machineOffsetSeconds: 0, uncertaintySeconds: 0.5 },
    freeBytes: 4e9,
    faults: [],
  };
  const well = {
    ...{ watch: WATCH_AT_FIRST, timeZone: SAIGON, now: NOW, settingsFault: null },
    ...{ lastHeardAt: NOW, report, reportedAt: NOW },
  };
  const kinds = (change: Partial<typeof well> | { settingsFault: string }) =>
    listTroubles({ ...well, ...change }).map(({ kind }) => kind);

  test("is nothing where it is well, or was never switched on", () => {
    expect(kinds({})).toEqual([]);
    expect(listTroubles({ ...well, lastHeardAt: null, report: null, reportedAt: null })).toEqual(
      [],
    );
  });

  test.each([
    ["backlog", { outbox: { ...report.outbox, oldestAt: "2026-03-02T01:00:00Z" } }],
    ["outbox-filling", { outbox: { ...report.outbox, fullInDays: 3 } }],
    ["outbox-full", { outbox: { ...report.outbox, fullInDays: 0 } }],
    ["disk-low", { freeBytes: 1000 }],
    ["clock-off", { clock: { machineOffsetSeconds: -3600, uncertaintySeconds: 1 } }],
    [
      "store-fails",
      { faults: [{ part: "store" as const, words: "…", since: NOW.toISOString(), until: null }] },
    ],
  ])("is told by its report: %s", (kind, change) => {
    expect(kinds({ report: { ...report, ...change } })).toEqual([kind]);
  });

  test("is not told by a report of long ago: nobody knows how it is now", () => {
    const reportedAt = at("2026-03-02T01:49:00Z");
    const old = { ...report, freeBytes: 1000 };
    expect(kinds({ report: old, reportedAt })).toEqual([]);
    const silent = { report: old, reportedAt, lastHeardAt: at("2026-03-02T01:00:00Z") };
    expect(kinds(silent)).toEqual(["silent"]);
  });

  test("is told by settings it refused, and not by a fault that is over", () => {
    expect(kinds({ settingsFault: "Version 4: /nas" })).toEqual(["settings-refused"]);
    const until = NOW.toISOString();
    const over = { part: "store" as const, words: "…", since: until, until };
    expect(kinds({ report: { ...report, faults: [over] } })).toEqual([]);
  });
});
