import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Counts,
  goesOn,
  NO_COUNTS,
  reach,
  type SignInStep,
  stretchOf,
  type Try,
} from "./rules.ts";

const MINUTE = 60_000;
const BEGUN: Try = { begunAt: 0, lastAt: 0, reached: new Set() };

function count(steps: readonly SignInStep[]): Counts {
  const counts = { ...NO_COUNTS };
  let current = BEGUN;
  for (const step of steps) {
    const { next, counted } = reach(current, step, 0);
    for (const name of counted) counts[name] += 1;
    current = next;
  }
  return counts;
}

test("a step counts once, and with it those that lead to it", () => {
  expect(count(["seen", "seen", "page", "page"])).toEqual({ ...NO_COUNTS, seen: 1, page: 1 });
  expect(count(["right"])).toEqual({ ...NO_COUNTS, seen: 1, page: 1, asked: 1, right: 1 });
});

test("whoever came online by a code is counted apart from who needed none or changed their mind", () => {
  expect(count(["asked", "right", "online"])).toMatchObject({ onlineByCode: 1, changedWay: 0 });
  expect(count(["page", "online"])).toMatchObject({
    onlineWithoutCode: 1,
    changedWay: 0,
    asked: 0,
  });
  expect(count(["asked", "online"])).toMatchObject({
    onlineWithoutCode: 1,
    changedWay: 1,
    right: 0,
  });
});

test("whatever guests do in whichever order, nobody falls out who never came that far", () => {
  const step = fc.constantFrom<SignInStep>("seen", "page", "asked", "right", "online");
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), (steps) => {
      const { seen, page, asked, right, ...online } = count(steps);
      const { onlineByCode, onlineWithoutCode, changedWay } = online;
      const lost = [
        ...[seen - page, page - asked - (onlineWithoutCode - changedWay)],
        ...[asked - right - changedWay, right - onlineByCode],
      ];
      expect(Math.min(...lost)).toBeGreaterThanOrEqual(0);
      const all = lost.reduce((sum, each) => sum + each, 0) + onlineByCode + onlineWithoutCode;
      expect(all).toBe(seen);
    }),
  );
});

test("half an hour of silence ends a try, and a minute after it was online", () => {
  const asked = reach(BEGUN, "asked", 5 * MINUTE).next;
  expect(goesOn(asked, 35 * MINUTE)).toBe(true);
  expect(goesOn(asked, 35 * MINUTE + 1)).toBe(false);
  const online = reach(asked, "online", 6 * MINUTE).next;
  expect(goesOn(online, 7 * MINUTE)).toBe(true);
  expect(goesOn(online, 7 * MINUTE + 1)).toBe(false);
});

test("a try before which the clock was put back is over", () => {
  expect(goesOn({ ...BEGUN, begunAt: MINUTE, lastAt: MINUTE }, 0)).toBe(false);
});

test("a try counts in the quarter of an hour in which it began", () => {
  expect(stretchOf(Date.parse("2026-03-01T02:14:59.999Z"))).toBe(
    Date.parse("2026-03-01T02:00:00Z"),
  );
  expect(stretchOf(Date.parse("2026-03-01T02:15:00Z"))).toBe(Date.parse("2026-03-01T02:15:00Z"));
});
