import { addPurged, NOTHING_PURGED, type PurgePlace } from "@foyer/branch-store";
import type { Purged } from "@foyer/contract";
import { type BoxStore, must } from "./box-store.ts";

/** Between two slices: whoever signs in meanwhile comes first. */
const REST_MS = 100;

type PurgedSlice = { removed: Partial<Purged>; next: PurgePlace | null };

export type Purger = {
  /** Goes through what is too old, where a pass is due. Null: none was, or one goes on. */
  purgeDue: () => Promise<Purged | null>;
  /** Breaks a pass off after the slice it is at; the next one begins anew. */
  stop: () => Promise<void>;
};

/**
 * Removes what is kept no longer, a few hundred rows a transaction, in the thread that writes: each
 * slice stands in its queue behind whatever came before, and none is put in before the last is done.
 */
export function createPurger(writer: BoxStore["writer"], restMs = REST_MS): Purger {
  let isStopping = false;
  let running: Promise<Purged | null> | null = null;
  const purgeSlice = (place: PurgePlace) => must(writer.ask("purgeSlice", place));
  const purge = async (): Promise<Purged | null> => {
    let place: PurgePlace | null = await must(writer.ask("beginPurge", {}));
    if (!place) return null;
    let removed = NOTHING_PURGED;
    while (place) {
      if (isStopping) return null;
      const slice: PurgedSlice = await purgeSlice(place);
      removed = addPurged(removed, slice.removed);
      place = slice.next;
      await new Promise((resolve) => setTimeout(resolve, restMs));
    }
    await must(writer.ask("finishPurge", removed));
    return removed;
  };
  return {
    purgeDue: async () => {
      if (running) return null;
      running = purge().finally(() => {
        running = null;
      });
      return await running;
    },
    stop: async () => {
      isStopping = true;
      await running?.catch(() => null);
    },
  };
}
