/** The vendor of what the standards define; the others are numbers of IANA's enterprise registry. */
export const STANDARD = 0;

/** The type of the attribute that carries vendors' own (RFC 2865 §5.26). */
export const VENDOR_SPECIFIC = 26;

/** How an attribute's bytes are read. */
export type AttributeKind =
  | "text"
  | "octets"
  | "integer"
  | "integer64"
  | "time"
  | "ipv4"
  | "ipv6"
  | "ipv4-prefix"
  | "ipv6-prefix"
  | "interface-id"
  | "tlv"
  | "tagged-text"
  | "tagged-octets"
  | "tagged-integer";

export type Definition = { vendor: number; number: number; kind: AttributeKind };

/** A value that says which tunnel it speaks of: 1 to 31, or 0 for none (RFC 2868 §3). */
export type Tagged<T> = { tag: number; value: T };

/** One piece inside a value (RFC 6929 §2.3); pieces may hold pieces. */
export type Tlv = { type: number; value: Buffer };

export type ValueOfKind = {
  text: string;
  octets: Buffer;
  integer: number;
  integer64: bigint;
  time: Date;
  ipv4: string;
  ipv6: string;
  "ipv4-prefix": string;
  "ipv6-prefix": string;
  "interface-id": string;
  tlv: readonly Tlv[];
  "tagged-text": Tagged<string>;
  "tagged-octets": Tagged<Buffer>;
  "tagged-integer": Tagged<number>;
};

const definer =
  <K extends AttributeKind>(kind: K) =>
  (number: number, vendor = STANDARD): { vendor: number; number: number; kind: K } => ({
    vendor,
    number,
    kind,
  });

export const text = definer("text");
export const octets = definer("octets");
export const integer = definer("integer");
export const integer64 = definer("integer64");
export const time = definer("time");
export const ipv4 = definer("ipv4");
export const ipv6 = definer("ipv6");
export const ipv4Prefix = definer("ipv4-prefix");
export const ipv6Prefix = definer("ipv6-prefix");
export const interfaceId = definer("interface-id");
export const tlv = definer("tlv");
export const taggedText = definer("tagged-text");
export const taggedOctets = definer("tagged-octets");
export const taggedInteger = definer("tagged-integer");

/**
 * The number of an attribute in one of the extended spaces, 241 to 246 (RFC 6929 §2.1). It is above
 * every number that one octet holds, so the two never meet. With a vendor it is Extended-Vendor-
 * Specific (§2.4).
 */
export function extended(space: number, type: number): number {
  return (space << 8) | type;
}
