import { STANDARD_RETENTION } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  findDaysFault,
  findRuleFault,
  judgeRun,
  type Rule,
  STANDARD_RULES,
  toRetention,
} from "./rules.ts";

const rule = (change: Partial<Rule> = {}): Rule => ({
  ...{ kind: "networkLogDays", days: 90, lawDaysMin: null, lawDaysMax: null, lawNote: null },
  ...change,
});

describe("days", () => {
  test.each([
    [rule({ days: 7 }), null],
    [rule({ days: 6 }), { reason: "below-least", bound: 7 }],
    [rule({ days: 1826 }), { reason: "above-most", bound: 1825 }],
    [rule({ lawDaysMin: 365 }), { reason: "below-law", bound: 365 }],
    [rule({ days: 365, lawDaysMin: 365 }), null],
    [rule({ lawDaysMax: 30 }), { reason: "above-law", bound: 30 }],
    [rule({ lawDaysMin: 60, lawDaysMax: 30 }), { reason: "law-contradicts", bound: 30 }],
  ])("%o are judged by the product's bounds and the law's", (given, fault) => {
    if (fault) expect(findRuleFault(given)).toMatchObject(fault);
    else expect(findRuleFault(given)).toBeNull();
  });

  test("of a branch are held to the same law", () => {
    expect(findDaysFault(rule({ lawDaysMin: 365 }), 30)).toMatchObject({ reason: "below-law" });
  });

  test("that nobody has changed are the standard, and a branch's come first", () => {
    expect(toRetention(STANDARD_RULES, [])).toEqual(STANDARD_RETENTION);
    const own = [{ kind: "networkLogDays", days: 400 }] as const;
    expect(toRetention([rule({ days: 365 })], own)).toMatchObject({ networkLogDays: 400 });
    expect(toRetention([rule({ days: 365 })], [])).toMatchObject({ networkLogDays: 365 });
  });
});

describe("a run", () => {
  const now = new Date("2026-11-26T02:00:00Z");
  const ago = (hours: number) => new Date(now.getTime() - hours * 60 * 60 * 1000);
  test.each([
    ["the first one", null, "put-off"],
    ["an hour after another", { at: ago(1), outcome: "done" }, null],
    ["a day after another", { at: ago(24), outcome: "done" }, "go"],
    ["a day after one that was put off", { at: ago(24), outcome: "put-off" }, "go"],
    [
      "a year after another, for the clock may have jumped",
      { at: ago(8760), outcome: "done" },
      "put-off",
    ],
  ] as const)("%s", (_, last, judged) => {
    expect(judgeRun(last, now)).toBe(judged);
  });
});
