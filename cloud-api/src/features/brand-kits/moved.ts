import type { Hooks } from "../../feature.ts";
import type { NewEvent } from "../../platform/events.ts";
import { dress } from "./rules.ts";
import { brandIdOf, dressOne, openWardrobe, wornBy } from "./wardrobe.ts";

/** Branches that wore the brand they were of wear the one they are of now; their own stays theirs. */
export const dressMoved: NonNullable<Hooks["dressMoved"]> = async (tx, { brandId, moved }) => {
  const wardrobe = await openWardrobe(tx);
  const after = wornBy(wardrobe, brandId);
  if (!after) return [];
  const events: NewEvent[] = [];
  for (const branch of moved) {
    const before = wornBy(wardrobe, brandIdOf(wardrobe, branch));
    const dressing = { before, after, putLook: false, putTexts: false };
    events.push(...(await dressOne(tx, branch.id, (document) => dress(document, dressing))));
  }
  return events;
};
