import { findSettings, listNasSights, openBranchReader } from "@foyer/branch-store";
import type { Nas, NasSight } from "@foyer/contract";

export type SeenNas = Pick<Nas, "id" | "name" | "kind"> & { sight: NasSight };

/** The branch's access controllers, as far as the box has noted them. */
export type Door = {
  /** Some are RADIUS's, which tells of them itself. */
  hasRadius: boolean;
  /** Those that ask no RADIUS. */
  others: SeenNas[];
};

/** As the box's own user. Null: the store cannot be read, of which its own findings tell. */
export function lookAtDoor(folder: string, clock: () => Date): Door | null {
  try {
    const store = openBranchReader({ folder, clock });
    try {
      return store.read((tx) => {
        const nas = findSettings(tx)?.nas ?? [];
        const sights = new Map(listNasSights(tx).map((sight) => [sight.nasId, sight]));
        const others = nas.filter((each) => !("radiusSecret" in each));
        return {
          hasRadius: others.length < nas.length,
          others: others.flatMap(({ id, name, kind }) => {
            const sight = sights.get(id);
            return sight ? [{ id, name, kind, sight }] : [];
          }),
        };
      });
    } finally {
      store.close();
    }
  } catch {
    return null;
  }
}
