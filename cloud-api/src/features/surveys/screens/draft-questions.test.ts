import { expect, test } from "vitest";
import type { SurveyWording } from "../schema.ts";
import {
  changeQuestion,
  depthOf,
  isInOrder,
  moveQuestion,
  removeQuestion,
} from "./draft-questions.ts";

type SurveyQuestion = SurveyWording["questions"][number];

const label = { vi: "?" };
const food: SurveyQuestion = { kind: "rating", id: "food", label, required: true };
const bad: SurveyQuestion = {
  ...{ kind: "choice", id: "bad", label, required: true, many: true },
  options: [
    { id: "cold", label },
    { id: "slow", label },
  ],
  onlyAfter: { questionId: "food", answers: ["1", "2"] },
};
const more: SurveyQuestion = {
  ...{ kind: "text", id: "more", label, required: false },
  onlyAfter: { questionId: "bad", answers: ["cold"] },
};
const ALL = [food, bad, more];

test("a question is moved, but never above the one it follows", () => {
  const end: SurveyQuestion = { kind: "text", id: "end", label, required: false };
  expect(moveQuestion([...ALL, end], 3, -1)?.map(({ id }) => id)).toEqual([
    ...["food", "bad", "end", "more"],
  ]);
  expect(moveQuestion(ALL, 1, -1)).toBeNull();
  expect(moveQuestion(ALL, 0, 1)).toBeNull();
  expect(moveQuestion(ALL, 2, 1)).toBeNull();
});

test("what followed a removed question is asked of everybody", () => {
  const left = removeQuestion(ALL, "bad");
  expect(left.map(({ id }) => id)).toEqual(["food", "more"]);
  expect(left[1]).not.toHaveProperty("onlyAfter");
  expect(isInOrder(left)).toBe(true);
});

test("an option that is taken away leads nowhere any more", () => {
  if (bad.kind !== "choice") throw new Error("another kind");
  const changed = changeQuestion(ALL, { ...bad, options: bad.options.slice(1) });
  expect(changed[2]).not.toHaveProperty("onlyAfter");
  const same = changeQuestion(ALL, { ...bad, many: false });
  expect(same[2]?.onlyAfter).toEqual({ questionId: "bad", answers: ["cold"] });
});

test("depth in the tree counts the questions above", () => {
  expect(ALL.map((each) => depthOf(ALL, each))).toEqual([0, 1, 2]);
});
