import { describe, expect, test } from "vitest";
import {
  type Conditions,
  findListFault,
  fitsEverybody,
  listNamed,
  listUnreachable,
  movePolicy,
} from "./rules.ts";

const policy = (id: string, when: Partial<Conditions> = {}) => ({
  id,
  when: { methods: [], visitNumberMin: null, ...when },
});

describe("whom a policy is for", () => {
  test.each<Partial<Conditions>>([
    {},
    { visitNumberMin: 1 },
    { visitNumberMax: null },
    { groups: [], tags: [], tiers: [] },
  ])("%j is everybody", (when) => {
    expect(fitsEverybody(policy("any", when))).toBe(true);
  });

  test.each<Partial<Conditions>>([
    { methods: ["phone-code"] },
    { visitNumberMin: 2 },
    { visitNumberMax: 4 },
    { groups: ["vip"] },
    { tags: ["vip"] },
    { tiers: ["gold"] },
  ])("%j is not everybody", (when) => {
    expect(fitsEverybody(policy("some", when))).toBe(false);
  });

  test("what stands below a policy for everybody is never reached", () => {
    const regulars = policy("regulars", { visitNumberMin: 5 });
    const list = [regulars, policy("everybody"), policy("vip", { groups: ["vip"] })];
    expect(listUnreachable(list)).toEqual(["vip"]);
    expect(listUnreachable([regulars])).toEqual([]);
  });
});

describe("the list", () => {
  test("a policy moves one place, and none off either end", () => {
    expect(movePolicy(["a", "b", "c"], { from: 2, by: -1 })).toEqual(["a", "c", "b"]);
    expect(movePolicy(["a", "b", "c"], { from: 0, by: 1 })).toEqual(["b", "a", "c"]);
    expect(movePolicy(["a", "b"], { from: 0, by: -1 })).toEqual(["a", "b"]);
    expect(movePolicy(["a", "b"], { from: 1, by: 1 })).toEqual(["a", "b"]);
  });

  test("two policies with one id are refused, with the place of the second", () => {
    expect(findListFault([policy("a"), policy("b")])).toBeNull();
    expect(findListFault([policy("a"), policy("b"), policy("a")])?.field).toBe("/policies/2/id");
  });

  test("each group that is named is found at the first place it is named at", () => {
    const list = [policy("a", { groups: ["x", "y"] }), policy("b", { groups: ["y"], tags: ["z"] })];
    expect(Object.fromEntries(listNamed(list, "groups"))).toEqual({
      x: "/policies/0/when/groups/0",
      y: "/policies/0/when/groups/1",
    });
    expect([...listNamed(list, "tags").keys()]).toEqual(["z"]);
  });
});
