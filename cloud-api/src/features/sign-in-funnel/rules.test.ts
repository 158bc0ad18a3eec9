import { expect, test } from "vitest";
import { findLargestLoss, readFunnel, type SignInCounts, shareOnline } from "./rules.ts";

const COUNTS: SignInCounts = {
  ...{ seen: 100, page: 80, asked: 50, right: 40, onlineByCode: 38 },
  ...{ onlineWithoutCode: 25, changedWay: 4 },
};
const NONE = { seen: 0, page: 0, asked: 0, right: 0 };
const NOBODY: SignInCounts = { ...NONE, onlineByCode: 0, onlineWithoutCode: 0, changedWay: 0 };

test("at each step those who reached it went on, went around or were lost", () => {
  const steps = readFunnel(COUNTS);
  expect(steps).toEqual([
    { step: "seen", reached: 100, lost: 20, wentAround: 0 },
    { step: "page", reached: 80, lost: 9, wentAround: 21 },
    { step: "asked", reached: 50, lost: 6, wentAround: 4 },
    { step: "right", reached: 40, lost: 2, wentAround: 0 },
    { step: "online", reached: 63, lost: 0, wentAround: 0 },
  ]);
  const lost = steps.reduce((sum, step) => sum + step.lost, 0);
  expect(lost + 63).toBe(COUNTS.seen);
});

test("the share online is of those who were seen, and of nobody there is none", () => {
  expect(shareOnline(COUNTS)).toBe(0.63);
  expect(shareOnline(NOBODY)).toBeNull();
});

test("the largest loss is named, unless nobody is lost", () => {
  expect(findLargestLoss(readFunnel(COUNTS))).toBe("seen");
  expect(findLargestLoss(readFunnel(NOBODY))).toBeNull();
});
