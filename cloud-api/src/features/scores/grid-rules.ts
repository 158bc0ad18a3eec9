import { POINTS_MAX } from "./rules.ts";

/** Points of a part: 1 to 5. */
export const POINTS: readonly number[] = Array.from({ length: POINTS_MAX }, (_, at) => at + 1);

/** How customers stand, the best first: by how lately and how often they come. */
export const STANDINGS = ["regular", "promising", "cooling", "at-risk", "lapsed"] as const;
export type Standing = (typeof STANDINGS)[number];

/** Each cell of the grid is one standing's, so that these come to everybody as well. */
export function standingOf({
  recency,
  frequency,
}: {
  recency: number;
  frequency: number;
}): Standing {
  if (recency >= 4) return frequency >= 4 ? "regular" : "promising";
  if (recency === 3) return "cooling";
  return frequency >= 3 ? "at-risk" : "lapsed";
}
