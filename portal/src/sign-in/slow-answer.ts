import { setTimeout as wait } from "node:timers/promises";

const WRONG_ANSWER_MILLISECONDS = 1000;

/** Waits before it is said that a guess was wrong: who guesses has time to think better of it. */
export const beforeWrongAnswer = (): Promise<void> => wait(WRONG_ANSWER_MILLISECONDS);
