import { describe, expect, test } from "vitest";
import { type Count, findTrouble, isHalted, planNext, type Rollout } from "./rollout-rules.ts";
import type { Standing } from "./schema.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));
const ROLLOUT: Rollout = {
  ...{ stage: "early", haltedReason: null, offeredSince: at(0), isSuperseded: false },
  ...{ advanceHours: 24, haltBoxes: 2, haltPercent: 5 },
};
const count = (
  standing: Standing,
  boxes: number,
  { lastWell = null, own = boxes }: { lastWell?: Date | null; own?: number } = {},
): Count => ({ standing, boxes, own, lastWell });
const well = (boxes: number, since = 3) => count("well", boxes, { lastWell: at(since) });

describe("a release goes on to the next ring", () => {
  test("once the last of its boxes has been well for the hours of its rule, and it was offered for as long", () => {
    expect(planNext(ROLLOUT, [well(4)])).toEqual({ kind: "at", at: at(27) });
    expect(planNext({ ...ROLLOUT, offeredSince: at(5) }, [well(4)])).toEqual({
      ...{ kind: "at", at: at(29) },
    });
  });

  test("not while one box went back, refused it, is not well, has not switched or is not heard", () => {
    for (const standing of ["rolled-back", "refused", "troubled", "waits", "unheard"] as const)
      expect(planNext(ROLLOUT, [well(4), count(standing, 1)])).toEqual({
        ...{ kind: "waits", for: [standing] },
      });
  });

  test("never with no box that is well", () => {
    expect(planNext(ROLLOUT, [])).toEqual({ kind: "waits", for: [] });
    expect(planNext(ROLLOUT, [count("silent-before", 9), count("late", 1)])).toEqual({
      ...{ kind: "waits", for: [] },
    });
  });

  test("not where no box of the ring itself is well, unless the ring has none", () => {
    const before = count("well", 4, { lastWell: at(3), own: 0 });
    const most: Rollout = { ...ROLLOUT, stage: "most" };
    expect(planNext(most, [before, count("silent-before", 2)]).kind).toBe("waits");
    expect(planNext(most, [before]).kind).toBe("at");
  });

  test("without those that are silent or left behind, unless too many fell silent since", () => {
    const left = [count("silent-before", 9), count("late", 3), count("silent-since", 1)];
    expect(planNext(ROLLOUT, [well(4), ...left])).toMatchObject({ kind: "at" });
    expect(planNext(ROLLOUT, [well(4), count("silent-since", 2)])).toEqual({
      ...{ kind: "waits", for: ["silent-since"] },
    });
    // Two of fifty are four in a hundred.
    expect(planNext(ROLLOUT, [well(48), count("silent-since", 2)])).toMatchObject({ kind: "at" });
  });

  test("by hand alone without a rule, and not when it is halted, superseded or offered to all", () => {
    const kindOf = (change: Partial<Rollout>) =>
      planNext({ ...ROLLOUT, ...change }, [well(4)]).kind;
    expect(kindOf({ advanceHours: null })).toBe("by-hand");
    expect(kindOf({ stage: null, offeredSince: null })).toBe("by-hand");
    expect(kindOf({ haltedReason: "bad" })).toBe("halted");
    expect(kindOf({ isSuperseded: true })).toBe("superseded");
    expect(kindOf({ stage: "last" })).toBe("over");
  });
});

test("a release is halted by so many boxes of a ring that are more than a part of it, and never by one", () => {
  const halted = (gone: number, others: Count[], rule = ROLLOUT) =>
    isHalted(rule, [count("rolled-back", gone), ...others]);
  expect(halted(1, [])).toBe(false);
  expect(halted(2, [])).toBe(true);
  expect(halted(2, [well(37)])).toBe(true);
  expect(halted(2, [well(38)])).toBe(false);
  expect(halted(3, [well(38)])).toBe(true);
  // Boxes that nobody has heard of since make no ring larger.
  expect(halted(2, [well(1), count("silent-before", 1000)])).toBe(true);
  expect(halted(2, [], { ...ROLLOUT, haltBoxes: 3 })).toBe(false);
  expect(halted(2, [well(998)], { ...ROLLOUT, haltPercent: 0 })).toBe(true);
});

test("only what a release may have caused keeps it from going on", () => {
  expect(findTrouble([{ kind: "disk-low" }, { kind: "silent" }, { kind: "clock-off" }])).toBeNull();
  expect(findTrouble([{ kind: "disk-low" }, { kind: "backlog" }])).toBe("backlog");
});
