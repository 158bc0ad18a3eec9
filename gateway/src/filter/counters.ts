/** What has passed for one guest since they were let in. */
export type Counts = { uploadBytes: number; downloadBytes: number };

/** Bytes by the elements of a set: an address, or "mac ip". */
export type SetCounters = ReadonlyMap<string, number>;

type NftSet = { elem?: unknown[] };
type NftElement = { elem?: { val?: unknown; counter?: { bytes?: unknown } } };

/**
 * nft(8) -j: the counters of one set's elements. Throws on what is no answer about a set.
 */
export function readCounters(json: string): SetCounters {
  const told = JSON.parse(json) as { nftables?: { set?: NftSet }[] };
  const set = told.nftables?.find((each) => each.set !== undefined)?.set;
  if (!set) throw new Error("nft has listed no set");
  const counters = new Map<string, number>();
  for (const each of set.elem ?? []) {
    const { val, counter } = (each as NftElement).elem ?? {};
    const bytes = counter?.bytes;
    const key = readKey(val);
    if (key !== null && typeof bytes === "number") counters.set(key, bytes);
  }
  return counters;
}

function readKey(value: unknown): string | null {
  if (typeof value === "string") return value;
  const parts = (value as { concat?: unknown } | null)?.concat;
  return Array.isArray(parts) ? parts.join(" ") : null;
}
