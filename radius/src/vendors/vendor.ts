import type { Limits } from "@foyer/admission";
import type { SessionName } from "@foyer/contract";
import type { AttributeName, ValueOf } from "../protocol/dictionary.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";

export type LimitName = keyof Limits;
export type VolumeName = "sessionBytes" | "sessionUploadBytes" | "sessionDownloadBytes";

/**
 * Says the limits of a session in the attributes one kind of NAS understands. Pure. `keeps` is what
 * it can be told: a vendor sees no other limit, so it cannot pass one over in silence.
 */
export type Vendor<Kept extends LimitName = LimitName> = {
  keeps: readonly Kept[];
  /** The highest value that a limit can be told, where that is below what a policy may set. */
  highest?: { readonly [K in Kept]?: number };
  attributes: (limits: Pick<Limits, Kept>) => RawAttribute[];
};

/**
 * What a vendor's NAS take orders by about a session that goes on: a Disconnect-Request ends it, a
 * CoA-Request changes its limits (RFC 5176). The settings of a NAS may say otherwise of port and
 * names.
 */
export type Orders = {
  /** What names a session to them. All that is sent must fit it (§3). */
  names: readonly SessionName[];
  /** The limits they change while it goes on; documented by the vendor, or seen. */
  changes: readonly LimitName[];
};

/** Everything that differs between the NAS of one vendor and another's. */
export type NasVendor = Vendor & { orders: Orders };

/** Several kinds of attributes for one kind of NAS. */
export function combine<Kept extends LimitName>(...parts: readonly Vendor<Kept>[]): Vendor<Kept> {
  return {
    keeps: [...new Set(parts.flatMap((part) => part.keeps))],
    highest: Object.assign({}, ...parts.map((part) => part.highest ?? {})),
    attributes: (limits) => parts.flatMap((part) => part.attributes(limits)),
  };
}

const GIGAWORD = 2 ** 32;
export const INTEGER_MAX = GIGAWORD - 1;

type IntegerName = {
  [Name in AttributeName]: ValueOf<Name> extends number ? Name : never;
}[AttributeName];

/**
 * A volume in an attribute that holds its low 32 bits and one that holds how often they wrapped, which
 * is there only where they did; none for no limit.
 */
export function volumeAttributes(
  bytes: number | null,
  octetsName: IntegerName,
  gigawordsName: IntegerName,
): RawAttribute[] {
  if (bytes === null) return [];
  const { octets, gigawords } = splitGigawords(bytes);
  const low = attribute(octetsName, octets);
  return gigawords === 0 ? [low] : [low, attribute(gigawordsName, capInteger(gigawords))];
}

/** A count above 4 GiB as RFC 2869 §5.1 splits it: the low 32 bits, and how often they wrapped. */
export function splitGigawords(bytes: number): { octets: number; gigawords: number } {
  return { octets: bytes % GIGAWORD, gigawords: Math.floor(bytes / GIGAWORD) };
}

/** The same count put together again. */
export function joinGigawords(octets: number, gigawords: number): number {
  return gigawords * GIGAWORD + octets;
}

/** A time of a century, or a rate of 4 Gbit/s, is as good as no limit: the highest 32 bits hold. */
export function capInteger(value: number): number {
  return Math.min(value, INTEGER_MAX);
}
