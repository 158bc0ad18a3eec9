/** How long a NAS and a MAC get the same answer without being told of again. */
const REPEAT_MS = 30_000;
const ENTRIES_MAX = 10_000;

export type RecentGrants = {
  /** Whether this NAS was granted this MAC a moment ago by another request. Notes this one. */
  isRepeat: (grant: { nasId: string; mac: string; requestKey: string; at: Date }) => boolean;
};

/**
 * Remembers whom MAC authentication let in: many NAS ask again with a new authenticator. Lost at a
 * restart, when at the most one connection is told twice.
 */
export function createRecentGrants(): RecentGrants {
  const grants = new Map<string, { requestKey: string; at: number }>();
  return {
    isRepeat: ({ nasId, mac, requestKey, at }) => {
      const key = `${nasId} ${mac}`;
      const now = at.getTime();
      const last = grants.get(key);
      // The same request is here again when its transaction was rolled back and is tried anew.
      if (last && last.requestKey !== requestKey && Math.abs(now - last.at) <= REPEAT_MS)
        return true;
      grants.delete(key);
      const [oldest] = grants.keys();
      if (grants.size >= ENTRIES_MAX && oldest !== undefined) grants.delete(oldest);
      grants.set(key, { requestKey, at: now });
      return false;
    },
  };
}
