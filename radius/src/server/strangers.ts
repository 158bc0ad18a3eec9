/** A sender that no NAS of the branch settings has, for venue IT to see what is to be added. */
export type Stranger = {
  address: string;
  /**
   * NAS-Identifier as the last packet claims it, which nothing proves; by RadSec the name of its
   * certificate. Null: it told none.
   */
  nasIdentifier: string | null;
  through: "udp" | "radsec";
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
};

export type SeenStranger = Pick<Stranger, "address" | "nasIdentifier" | "through"> & { at: Date };

export type Strangers = {
  see: (seen: SeenStranger) => void;
  /** Those that ask most first. */
  list: () => Stranger[];
};

/** What is listed; the counters count the rest. */
const STRANGERS_MAX = 50;

/**
 * Keeps the list short under any flood of forged addresses: the one that asked least, and of those
 * the one silent for longest, makes room. A real access point asks again and again.
 */
export function createStrangers(): Strangers {
  // In the order in which they were last seen.
  const strangers = new Map<string, Stranger>();
  const makeRoom = () => {
    let least: Stranger | null = null;
    for (const each of strangers.values())
      if (least === null || each.count < least.count) least = each;
    if (least) strangers.delete(least.address);
  };
  return {
    see: ({ address, nasIdentifier, through, at }) => {
      const seenAt = at.toISOString();
      const known = strangers.get(address);
      if (!known && strangers.size >= STRANGERS_MAX) makeRoom();
      strangers.delete(address);
      strangers.set(address, {
        address,
        nasIdentifier: nasIdentifier ?? (known?.through === through ? known.nasIdentifier : null),
        through,
        count: (known?.count ?? 0) + 1,
        firstSeenAt: known?.firstSeenAt ?? seenAt,
        lastSeenAt: seenAt,
      });
    },
    list: () => [...strangers.values()].toSorted((left, right) => right.count - left.count),
  };
}
