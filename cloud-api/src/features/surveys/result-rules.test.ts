import { expect, test } from "vitest";
import { tallyQuestions } from "./result-rules.ts";

const THRESHOLDS = { satisfiedFrom: 4, lowUpTo: 2 };
const given = (kind: "choice" | "rating", value: string, count: number) => ({
  ...{ surveyId: "spring", version: 1, branchId: "hanoi", questionId: "food", kind, value, count },
});

test("answers from when a question was of another kind stand apart and spoil no average", () => {
  const question = {
    kind: "rating",
    id: "food",
    label: { vi: "Món ăn?" },
    required: true,
  } as const;
  const [now, before, ...others] = tallyQuestions(
    [{ surveyId: "spring", question }],
    [given("rating", "5", 2), given("rating", "2", 1), given("choice", "tasty", 4)],
    { thresholds: THRESHOLDS, findWords: () => null },
  );
  expect(now).toMatchObject({
    kind: "rating",
    ratings: 3,
    satisfied: 2,
    unsatisfied: 1,
    average: 4,
  });
  expect(now?.counts.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  expect(before).toMatchObject({ kind: "choice", label: null, ratings: 0, average: null });
  expect(before?.counts).toMatchObject([{ value: "tasty", label: null, count: 4 }]);
  expect(others).toEqual([]);
});
