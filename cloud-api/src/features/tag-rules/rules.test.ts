import { expect, test } from "vitest";
import { findTagCircle } from "./rules.ts";

const rules = [
  { tagId: "vip", segmentId: "often" },
  { tagId: "friend", segmentId: "vips" },
];

test("a tag may depend on other tags, and not on itself by however many", () => {
  const fine = new Map([
    ["often", []],
    ["vips", ["vip", "vegan"]],
  ]);
  expect(findTagCircle(rules, fine)).toBeNull();
  expect(findTagCircle(rules, new Map([["often", ["vip"]]]))).toBe("vip");
  expect(findTagCircle(rules, new Map([...fine, ["often", ["friend"]]]))).toBe("vip");
  // A circle of others, which no rule is part of, is walked once.
  expect(findTagCircle([], new Map([["often", ["vip"]]]))).toBeNull();
});
