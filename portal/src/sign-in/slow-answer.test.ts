import { expect, test } from "vitest";
import { ANSWERS_HELD_MAX, openSlowAnswers } from "./slow-answer.ts";

const MILLISECONDS = 300;

test("an answer is held back, and so is each of many at once", async () => {
  const beforeWrongAnswer = openSlowAnswers(MILLISECONDS);
  const began = performance.now();
  const waits = await Promise.all(
    Array.from({ length: 50 }, async () => {
      await beforeWrongAnswer();
      return performance.now() - began;
    }),
  );
  for (const wait of waits) expect(wait).toBeGreaterThan(MILLISECONDS - 10);
});

test("no more are held at once than the portal can carry: the next is given, and not kept beside them", async () => {
  const beforeWrongAnswer = openSlowAnswers(MILLISECONDS);
  let given = 0;
  const held = Array.from({ length: ANSWERS_HELD_MAX }, () =>
    beforeWrongAnswer().then(() => {
      given += 1;
    }),
  );
  await beforeWrongAnswer();
  expect(given).toBe(0);
  await Promise.all(held);
  // There is room again.
  const began = performance.now();
  await beforeWrongAnswer();
  expect(performance.now() - began).toBeGreaterThan(MILLISECONDS - 10);
});
