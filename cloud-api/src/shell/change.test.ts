import { expect, test } from "vitest";
import { compare, judge, meanOf } from "./change.ts";

test("a change is a share of what was before", () => {
  expect(compare(150, 100)).toEqual({ kind: "more", share: 0.5 });
  expect(compare(25, 100)).toEqual({ kind: "less", share: 0.75 });
  expect(compare(0, 0)).toEqual({ kind: "same" });
});

test("of nothing there is no share and no mean", () => {
  expect(compare(3, 0)).toEqual({ kind: "new" });
  expect([meanOf(7, 0), meanOf(0, 7), meanOf(7, 2)]).toEqual([null, 0, 3.5]);
});

test("fewer of what is bad is better, more of it worse, and of what may go either way nobody says", () => {
  const [more, less] = [compare(3, 2), compare(2, 3)];
  expect([judge(more, "good"), judge(less, "good")]).toEqual(["better", "worse"]);
  expect([judge(more, "bad"), judge(less, "bad")]).toEqual(["worse", "better"]);
  expect([judge(more, "neutral"), judge(less, "neutral")]).toEqual([null, null]);
  expect([judge(compare(2, 2), "bad"), judge(compare(2, 0), "bad")]).toEqual([null, null]);
});
