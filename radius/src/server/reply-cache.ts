/** RFC 5080 §2.2.2 keeps answers for 5 to 30 seconds. */
const KEPT_MS = 30_000;
/** At 4 KiB the most, 64 MiB; a reply is some 100 octets, so a few. */
const ENTRIES_MAX = 16_384;
/**
 * A Map's front is far away once much was taken from there: what is old is taken away together, once
 * a second, or this many of a full one.
 */
const SWEEP_MS = 1000;
const ROOM_ENTRIES = 1024;

export type CacheEntry = {
  authenticator: Buffer;
  /** Null while the request is being worked on. */
  reply: Buffer | null;
  expiresAt: number;
};

export type ReplyCache = {
  /**
   * What was answered to this very request, or the entry to put the answer of a new one into.
   * The same id with another authenticator is a new request and takes the old one's place.
   */
  enter: (
    key: string,
    authenticator: Buffer,
    now: number,
  ) => { kind: "new" | "in-progress" | "answered"; entry: CacheEntry };
  /** A request that was met with silence may come again and be worked on again. */
  forget: (key: string, entry: CacheEntry) => void;
  size: () => number;
};

/** Remembers answers so that a retransmission gets the same octets and is counted once. */
export function createReplyCache(): ReplyCache {
  const entries = new Map<string, CacheEntry>();
  let sweptAt = 0;
  /** Every entry lives equally long, so the oldest is always in front. */
  const dropOld = (now: number) => {
    const isFull = entries.size >= ENTRIES_MAX;
    if (!isFull && Math.abs(now - sweptAt) < SWEEP_MS) return;
    sweptAt = now;
    const kept = isFull ? ENTRIES_MAX - ROOM_ENTRIES : ENTRIES_MAX;
    for (const [key, entry] of entries) {
      if (entry.expiresAt > now && entries.size <= kept) return;
      entries.delete(key);
    }
  };
  return {
    enter: (key, authenticator, now) => {
      const known = entries.get(key);
      if (known && known.expiresAt > now && known.authenticator.equals(authenticator))
        return { kind: known.reply ? "answered" : "in-progress", entry: known };
      entries.delete(key);
      dropOld(now);
      // A copy: a view would keep the whole datagram, 64 KiB when it is padded.
      const own = Buffer.from(authenticator);
      const entry = { authenticator: own, reply: null, expiresAt: now + KEPT_MS };
      entries.set(key, entry);
      return { kind: "new", entry };
    },
    forget: (key, entry) => {
      if (entries.get(key) === entry) entries.delete(key);
    },
    size: () => entries.size,
  };
}
