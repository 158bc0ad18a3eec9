import { expect, test } from "vitest";
import { gradeOf, roundDown } from "./contrast-grades.ts";

test("WCAG 2.2 §1.4.3 and §1.4.6: a ratio is graded at its edges, and never said to be more", () => {
  expect([7, 6.99, 4.5, 4.49, 3, 2.99].map(gradeOf)).toEqual([
    ...["best", "good", "good", "large", "large", "poor"],
  ]);
  expect([4.49, 4.5, 21, 6.9999].map(roundDown)).toEqual([4.4, 4.5, 21, 6.9]);
});
