/** How long a NAS and a MAC get the same answer without being told of again. */
const REPEAT_MS = 30_000;
const ENTRIES_MAX = 10_000;

export type RecentGrants = {
  /** Whether this NAS was told the same of this MAC a moment ago. Notes that it is told now. */
  isRepeat: (told: { nasId: string; mac: string; what: string; at: Date }) => boolean;
};

/**
 * Remembers what was answered about which device: many NAS ask again with a new authenticator. Lost
 * at a restart, when at the most one connection is told twice.
 */
export function createRecentGrants(): RecentGrants {
  const grants = new Map<string, number>();
  return {
    isRepeat: ({ nasId, mac, what, at }) => {
      const key = `${what} ${nasId} ${mac}`;
      const now = at.getTime();
      const last = grants.get(key);
      if (last !== undefined && Math.abs(now - last) <= REPEAT_MS) return true;
      grants.delete(key);
      if (grants.size >= ENTRIES_MAX) {
        const [oldest] = grants.keys();
        if (oldest !== undefined) grants.delete(oldest);
      }
      grants.set(key, now);
      return false;
    },
  };
}
