import type { KnownGuests } from "@foyer/contract";

/** What a box holds of its brand's guests, by taking in all that it is told as a box's store does. */
export type KnownShelf = {
  /** Names by the customers' ids. */
  held: () => ReadonlyMap<string, string | null>;
  /** Pulls without waiting, and takes in what came. False: nothing. */
  pull: () => Promise<boolean>;
};

type Held = { settings: number; guests: number; guestsPage: string };
type Asker = { pull: (held: Held) => Promise<{ knownGuests?: KnownGuests | null } | null> };

export function openKnownShelf(box: Asker): KnownShelf {
  let held = new Map<string, string | null>();
  let coming = new Map<string, string | null>();
  let place = { guests: 0, guestsPage: "start" };

  function take(known: KnownGuests): void {
    const next = known.fill?.next ?? null;
    if (known.complete && (known.fill?.first ?? true)) coming = new Map();
    const into = known.complete ? coming : held;
    for (const customerId of known.removed) into.delete(customerId);
    for (const { customerId, name } of known.guests) into.set(customerId, name);
    // What was held before serves until the last page is here.
    if (known.complete && next === null) held = coming;
    place =
      next === null
        ? { guests: known.position, guestsPage: "start" }
        : { guests: 0, guestsPage: next };
  }

  return {
    held: () => held,
    pull: async () => {
      const known = (await box.pull({ settings: 99, ...place }))?.knownGuests;
      if (known) take(known);
      return known != null;
    },
  };
}
