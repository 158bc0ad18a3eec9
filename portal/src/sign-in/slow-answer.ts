import { setTimeout as wait } from "node:timers/promises";

export const WRONG_ANSWER_MILLISECONDS = 1000;

/**
 * So many answers are held back at once. Each costs the portal its page and a connection; limits on
 * tries stand behind it, so one more is given at once rather than held.
 */
export const ANSWERS_HELD_MAX = 500;

/** Waits before it is said that a guess was wrong: who guesses has time to think better of it. */
export type SlowAnswer = () => Promise<void>;

export function openSlowAnswers(milliseconds: number = WRONG_ANSWER_MILLISECONDS): SlowAnswer {
  let held = 0;
  return async () => {
    if (milliseconds <= 0 || held >= ANSWERS_HELD_MAX) return;
    held += 1;
    await wait(milliseconds);
    held -= 1;
  };
}
