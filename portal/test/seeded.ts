import { seededRandom } from "@foyer/contract/test/seeded-random";

export type Random = {
  /** From 0 up to, not including, 1. */
  next: () => number;
  /** A whole number, both ends included. */
  between: (least: number, most: number) => number;
  happens: (chance: number) => boolean;
};

/** Chance that is the same for the same seed. */
export function createRandom(seed: number): Random {
  const next = seededRandom(seed);
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (chance) => next() < chance,
  };
}
