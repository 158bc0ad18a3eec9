import { expect, test } from "vitest";
import { compare, meanOf } from "./change.ts";

test("a change is a share of what was before", () => {
  expect(compare(150, 100)).toEqual({ kind: "more", share: 0.5 });
  expect(compare(25, 100)).toEqual({ kind: "less", share: 0.75 });
  expect(compare(0, 0)).toEqual({ kind: "same" });
});

test("of nothing there is no share", () => {
  expect(compare(3, 0)).toEqual({ kind: "new" });
  expect(meanOf(7, 0)).toBe(0);
});
