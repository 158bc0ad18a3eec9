import { createHash } from "node:crypto";
import { seededRandom } from "../test/crowd.ts";

/** 0 ≤ random() < 1, the same numbers for the same part of the same run. */
export type Chance = (part: string) => () => number;

/**
 * A chance of its own for each part of a run: how often one draws, which hangs on what a machine is doing
 * just then, changes nothing of what another is dealt.
 */
export function openChance(seed: number): Chance {
  return (part) =>
    seededRandom(createHash("sha256").update(`${seed} ${part}`).digest().readInt32BE());
}
