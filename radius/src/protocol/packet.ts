import {
  countExtendedBytes,
  type ExtendedRead,
  isExtendedSpace,
  readExtended,
  writeExtended,
} from "./extended.ts";
import { STANDARD, VENDOR_SPECIFIC } from "./kinds.ts";

/** RFC 2865 §3. */
export const PACKET_BYTES_MIN = 20;
export const PACKET_BYTES_MAX = 4096;
/** Where an authenticator lies in a packet. */
export const AUTHENTICATOR_AT = 4;
/** A value's length: one octet counts type, length and value (RFC 2865 §5). */
export const VALUE_BYTES_MAX = 253;
/** The same inside a Vendor-Specific attribute with the vendor's id, type and length in front. */
export const VENDOR_VALUE_BYTES_MAX = 247;

/** What one octet holds; the types of extended spaces are above it. */
const TYPE_MAX = 255;

/**
 * One attribute by its place in the packet's bytes; a vendor's own and an extended one are already
 * unwrapped. A type above 255 is of an extended space (`extended` in kinds.ts).
 */
export type Span = { vendor: number; type: number; start: number; end: number };

/** A packet whose framing was checked. Values are read from `bytes` when they are asked for. */
export type Packet = {
  code: number;
  identifier: number;
  /** Exactly the octets that the Length field speaks of. */
  bytes: Buffer;
  /** The 16 of them after the header: a view, made once, since every answer needs it several times. */
  authenticator: Buffer;
  attributes: readonly Span[];
  /** The octets of values that lay in several attributes; null when none did, as is the rule. */
  joined: ReadonlyMap<Span, Buffer> | null;
};

/** One attribute to be sent, or as it came. */
export type RawAttribute = { vendor: number; type: number; value: Uint8Array };

export type MalformedReason =
  | "too-short"
  | "length-out-of-range"
  | "shorter-than-its-length"
  | "attribute-overrun";

export type Decoded =
  | { kind: "packet"; packet: Packet }
  | { kind: "malformed"; reason: MalformedReason };

/** Reads the framing of one datagram. Never throws; keeps a view of `bytes`, not a copy. */
export function decodePacket(bytes: Buffer): Decoded {
  if (bytes.length < PACKET_BYTES_MIN) return { kind: "malformed", reason: "too-short" };
  const length = bytes.readUInt16BE(2);
  if (length < PACKET_BYTES_MIN || length > PACKET_BYTES_MAX)
    return { kind: "malformed", reason: "length-out-of-range" };
  // RFC 2865 §3: octets after Length are padding and ignored; fewer is discarded.
  if (bytes.length < length) return { kind: "malformed", reason: "shorter-than-its-length" };
  const attributes: Span[] = [];
  let joined: Map<Span, Buffer> | null = null;
  let at = PACKET_BYTES_MIN;
  while (at < length) {
    const type = bytes[at] as number;
    const end = at + (at + 1 < length ? (bytes[at + 1] as number) : 0);
    if (end < at + 2 || end > length) return { kind: "malformed", reason: "attribute-overrun" };
    const read: ExtendedRead | null = isExtendedSpace(type)
      ? readExtended(bytes, at, length)
      : null;
    if (read) {
      attributes.push(read.span);
      if (read.joined) joined = (joined ?? new Map()).set(read.span, read.joined);
    } else if (type !== VENDOR_SPECIFIC || !addVendorSpans(bytes, at + 2, end, attributes))
      attributes.push({ vendor: STANDARD, type, start: at + 2, end });
    at = read ? read.end : end;
  }
  const exact = bytes.length === length ? bytes : bytes.subarray(0, length);
  const [code, identifier] = [bytes[0] as number, bytes[1] as number];
  const authenticator = bytes.subarray(AUTHENTICATOR_AT, PACKET_BYTES_MIN);
  return {
    kind: "packet",
    packet: { code, identifier, bytes: exact, authenticator, attributes, joined },
  };
}

/**
 * Unwraps a Vendor-Specific attribute in the layout RFC 2865 §5.26 recommends. False when its
 * inside does not fit: then the attribute stays whole and opaque, and the packet lives
 * (RFC 6929 §2.8).
 */
function addVendorSpans(bytes: Buffer, start: number, end: number, into: Span[]): boolean {
  if (end - start < 6) return false;
  const vendor = bytes.readUInt32BE(start);
  if (vendor === STANDARD) return false;
  let at = start + 4;
  while (at < end) {
    const next = at + (at + 1 < end ? (bytes[at + 1] as number) : 0);
    if (next < at + 2 || next > end) return false;
    at = next;
  }
  for (at = start + 4; at < end; at += bytes[at + 1] as number)
    into.push({
      vendor,
      type: bytes[at] as number,
      start: at + 2,
      end: at + (bytes[at + 1] as number),
    });
  return true;
}

export type PacketToEncode = {
  code: number;
  identifier: number;
  /** 16 octets. */
  authenticator: Uint8Array;
  attributes: readonly RawAttribute[];
  /** Of `writeAttributes`: they come after the others. */
  written?: Uint8Array | undefined;
};

/**
 * Writes a packet, each vendor's attribute in a Vendor-Specific of its own. Throws RangeError when a value or the packet is too long: the caller built something unsayable.
 */
export function encodePacket(packet: PacketToEncode): Buffer {
  const { attributes, written } = packet;
  const length = PACKET_BYTES_MIN + countAllBytes(attributes) + (written?.length ?? 0);
  if (length > PACKET_BYTES_MAX)
    throw new RangeError(`A packet has at most ${PACKET_BYTES_MAX} octets, not ${length}`);
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = packet.code;
  bytes[1] = packet.identifier;
  bytes.writeUInt16BE(length, 2);
  bytes.set(packet.authenticator, AUTHENTICATOR_AT);
  const end = writeAll(bytes, PACKET_BYTES_MIN, attributes);
  if (written) bytes.set(written, end);
  return bytes;
}

/** Attributes as they stand in a packet, to be put into many. Throws as `encodePacket` does. */
export function writeAttributes(attributes: readonly RawAttribute[]): Buffer {
  const bytes = Buffer.alloc(countAllBytes(attributes));
  writeAll(bytes, 0, attributes);
  return bytes;
}

function writeAll(bytes: Buffer, start: number, attributes: readonly RawAttribute[]): number {
  let at = start;
  for (const attribute of attributes) at = writeAttribute(bytes, at, attribute);
  return at;
}

function countAllBytes(attributes: readonly RawAttribute[]): number {
  let bytes = 0;
  for (const attribute of attributes) bytes += countBytes(attribute);
  return bytes;
}

function countBytes(attribute: RawAttribute): number {
  if (attribute.type > TYPE_MAX) return countExtendedBytes(attribute);
  return (attribute.vendor === STANDARD ? 2 : 8) + attribute.value.length;
}

function writeAttribute(bytes: Buffer, start: number, attribute: RawAttribute): number {
  const { vendor, type, value } = attribute;
  if (type > TYPE_MAX) return writeExtended(bytes, start, attribute);
  const max = vendor === STANDARD ? VALUE_BYTES_MAX : VENDOR_VALUE_BYTES_MAX;
  if (value.length > max)
    throw new RangeError(
      `Attribute ${vendor}/${type} has at most ${max} octets, not ${value.length}`,
    );
  let at = start;
  if (vendor !== STANDARD) {
    bytes[at] = VENDOR_SPECIFIC;
    bytes[at + 1] = value.length + 8;
    bytes.writeUInt32BE(vendor, at + 2);
    at += 6;
  }
  bytes[at] = type;
  bytes[at + 1] = value.length + 2;
  bytes.set(value, at + 2);
  return at + 2 + value.length;
}

/** The octets of one of a packet's attributes: a view, not a copy. */
export function octetsOf({ bytes, joined }: Packet, span: Span): Buffer {
  return joined?.get(span) ?? bytes.subarray(span.start, span.end);
}
