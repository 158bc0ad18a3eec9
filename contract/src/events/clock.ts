import { Type } from "typebox";
import { Timestamp } from "../personal.ts";

/**
 * The box's clock was put right. What the box told since its start, and had not sent yet, carries the
 * right time; what it has sent since its start before this was behind by `byMilliseconds`. No feature of the cloud
 * needs to act on it: nothing is sent before the time was asked for, whatever is sent later is right by
 * itself, and how a box's clock stands is told by its report. It stays in the log, to explain what the
 * times of that boot were.
 */
export const clockCorrected = Type.Object({
  /** What was added: above zero where the box had been behind. */
  byMilliseconds: Type.Integer(),
  /** How far the right time may still be off to either side. */
  uncertaintyMilliseconds: Type.Integer({ minimum: 0 }),
  /** Whose word it was: the cloud's, or that of the machine's own clock, which somebody had set. */
  source: Type.Union([Type.Literal("cloud"), Type.Literal("machine")]),
  /** When the machine was switched on, by the right time. What is older keeps its time. */
  bootedAt: Timestamp,
});
