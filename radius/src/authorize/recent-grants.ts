/** How long a NAS and a MAC get the same answer without being told of again. */
const REPEAT_MS = 30_000;
const ENTRIES_MAX = 10_000;

/** What a NAS was told of a device: `guestId` is null where it was let in as nobody's. */
export type Told = { nasId: string; mac: string; what: string; guestId: string | null; at: Date };

export type RecentGrants = {
  /** Whether this NAS was told the same of this MAC a moment ago. */
  isRepeat: (told: Told) => boolean;
  note: (told: Told) => void;
};

/**
 * Remembers what was answered about which device: many NAS ask again with a new authenticator. Lost
 * at a restart, when at the most one connection is told twice.
 */
export function createRecentGrants(): RecentGrants {
  const grants = new Map<string, number>();
  const keyOf = ({ nasId, mac, what, guestId }: Told) => `${what} ${nasId} ${mac} ${guestId}`;
  return {
    isRepeat: (told) => {
      const last = grants.get(keyOf(told));
      return last !== undefined && Math.abs(told.at.getTime() - last) <= REPEAT_MS;
    },
    note: (told) => {
      const key = keyOf(told);
      grants.delete(key);
      if (grants.size >= ENTRIES_MAX) {
        const [oldest] = grants.keys();
        if (oldest !== undefined) grants.delete(oldest);
      }
      grants.set(key, told.at.getTime());
    },
  };
}
