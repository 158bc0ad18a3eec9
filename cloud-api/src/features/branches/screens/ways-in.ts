import type { BranchDocument } from "../schema.ts";

export type WayIn = NonNullable<BranchDocument["signIn"]["order"]>[number];

/**
 * Every way in, in the order in which guests are offered them where the settings say nothing
 * (WAYS_IN of the contract). One that is new there does not compile here until it has its words.
 */
const PLACES: Record<WayIn, number> = {
  phone: 1,
  member: 2,
  email: 3,
  room: 4,
  clickThrough: 5,
  accessCode: 6,
};
const USUAL = (Object.keys(PLACES) as WayIn[]).sort((one, other) => PLACES[one] - PLACES[other]);

/** All ways in as the branch orders them; those its order leaves out follow in the usual one. */
export function listOrdered(order: readonly WayIn[] | undefined): WayIn[] {
  return [...new Set([...(order ?? []), ...USUAL])];
}

/** A list with one of it a place further up or down; as it was where there is no room. */
export function moveBy<Item>(list: readonly Item[], from: number, by: -1 | 1): Item[] {
  const [one, other] = [list[from], list[from + by]];
  if (one === undefined || other === undefined) return [...list];
  return list.with(from, other).with(from + by, one);
}
