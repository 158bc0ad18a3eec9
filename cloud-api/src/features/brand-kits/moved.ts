import type { Hooks } from "../../feature.ts";
import { brandIdOf, dressBranches, openWardrobe, wornBy } from "./wardrobe.ts";

/** Branches that wore the brand they were of wear the one they are of now; their own stays theirs. */
export const dressMoved: NonNullable<Hooks["dressMoved"]> = async (tx, { brandId, moved }) => {
  const wardrobe = await openWardrobe(tx);
  const after = wornBy(wardrobe, brandId);
  if (!after) return [];
  const dressings = moved.map((branch) => ({
    ...{ branchId: branch.id, before: wornBy(wardrobe, brandIdOf(wardrobe, branch)), after },
    ...{ putLook: false, putTexts: false },
  }));
  return dressBranches(tx, dressings);
};
