/** RFC 5080 §2.2.2 keeps answers for 5 to 30 seconds. */
const KEPT_MS = 30_000;
/** At 4 KiB the most, 64 MiB; a reply is some 100 octets, so a few. */
const ENTRIES_MAX = 16_384;

/** Its 16 octets as numbers: a view of them would keep the whole datagram, 64 KiB when padded. */
type Authenticator = readonly [number, number, number, number];

export type CacheEntry = {
  request: RequestName;
  authenticator: Authenticator;
  /** Null while the request is being worked on. */
  reply: Buffer | null;
  expiresAt: number;
  /** The entries that were made before and after it. */
  older: CacheEntry | null;
  newer: CacheEntry | null;
};

/** What a request and its retransmissions have in common. */
export type RequestName = {
  /** Where it came in, and where it came from. */
  source: string;
  /** What its sender told it from its others by. */
  number: number;
};

export type ReplyCache = {
  /**
   * What was answered to this very request, or the entry to put the answer of a new one into.
   * The same name with another authenticator is a new request and takes the old one's place.
   */
  enter: (
    request: RequestName,
    authenticator: Buffer,
    now: number,
  ) => { kind: "new" | "in-progress" | "answered"; entry: CacheEntry };
  /** A request that was met with silence may come again and be worked on again. */
  forget: (entry: CacheEntry) => void;
  size: () => number;
};

/** Remembers answers so that a retransmission gets the same octets and is counted once. */
export function createReplyCache(): ReplyCache {
  /** By source and number: sources are few, and a number is found quicker than a text. */
  const sources = new Map<string, Map<number, CacheEntry>>();
  // Every entry lives equally long, so they are kept in the order in which they end.
  let oldest: CacheEntry | null = null;
  let newest: CacheEntry | null = null;
  let size = 0;
  const append = (entry: CacheEntry) => {
    if (newest) newest.newer = entry;
    else oldest = entry;
    newest = entry;
    size += 1;
  };
  const takeOut = ({ older, newer }: CacheEntry) => {
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
    size -= 1;
  };
  const drop = (entry: CacheEntry) => {
    const { source, number } = entry.request;
    const known = sources.get(source);
    if (known?.get(number) !== entry) return;
    takeOut(entry);
    known.delete(number);
    if (known.size === 0) sources.delete(source);
  };
  const dropOld = (now: number) => {
    while (oldest && (oldest.expiresAt <= now || size >= ENTRIES_MAX)) drop(oldest);
  };
  return {
    enter: (request, octets, now) => {
      const { source, number } = request;
      const authenticator = readAuthenticator(octets);
      const known = sources.get(source)?.get(number);
      if (known && known.expiresAt > now && areSame(known.authenticator, authenticator))
        return { kind: known.reply ? "answered" : "in-progress", entry: known };
      if (known) takeOut(known);
      dropOld(now);
      const entry: CacheEntry = {
        request,
        authenticator,
        reply: null,
        expiresAt: now + KEPT_MS,
        older: newest,
        newer: null,
      };
      append(entry);
      const others = sources.get(source);
      if (others) others.set(number, entry);
      else sources.set(source, new Map([[number, entry]]));
      return { kind: "new", entry };
    },
    forget: drop,
    size: () => size,
  };
}

function readAuthenticator(octets: Buffer): Authenticator {
  const at = (start: number) => octets.readInt32BE(start);
  return [at(0), at(4), at(8), at(12)];
}

const areSame = (one: Authenticator, other: Authenticator) =>
  one[0] === other[0] && one[1] === other[1] && one[2] === other[2] && one[3] === other[3];
