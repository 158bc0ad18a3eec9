import type { Limits } from "@foyer/admission";
import type { RawAttribute } from "../protocol/packet.ts";

/** Says the limits of a session in the attributes one kind of NAS understands. Pure. */
export type Vendor = (limits: Limits) => RawAttribute[];

const GIGAWORD = 2 ** 32;
const INTEGER_MAX = GIGAWORD - 1;

/** A count above 4 GiB as RFC 2869 §5.1 splits it: the low 32 bits, and how often they wrapped. */
export function splitGigawords(bytes: number): { octets: number; gigawords: number } {
  return { octets: bytes % GIGAWORD, gigawords: Math.floor(bytes / GIGAWORD) };
}

/** The same count put together again. */
export function joinGigawords(octets: number, gigawords: number): number {
  return gigawords * GIGAWORD + octets;
}

/** A limit above what 32 bits hold is as good as the highest they do. */
export function capInteger(value: number): number {
  return Math.min(value, INTEGER_MAX);
}
