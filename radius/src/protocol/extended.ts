import { extended, STANDARD, VENDOR_SPECIFIC } from "./kinds.ts";
import type { RawAttribute, Span } from "./packet.ts";

// RFC 6929 §2.1, §2.2: the last two spaces take values that are longer than one attribute.
const SPACE_FIRST = 241;
const LONG_SPACE_FIRST = 245;
const SPACE_LAST = 246;

/** Type, length and extended type; a long one has an octet of flags behind them. */
const HEADER_BYTES = 3;
const LONG_HEADER_BYTES = 4;
/** RFC 6929 §2.4: the vendor's id and the vendor's type, before the value. */
const VENDOR_BYTES = 5;
const ATTRIBUTE_BYTES_MAX = 255;
/** The value goes on in the next attribute (RFC 6929 §2.2). */
const MORE = 0x80;

/** A value that lay in several attributes has its octets joined; any other lies in the packet. */
export type ExtendedRead = { span: Span; joined: Buffer | null; end: number };

export function isExtendedSpace(type: number): boolean {
  return type >= SPACE_FIRST && type <= SPACE_LAST;
}

/**
 * Reads the extended attribute that begins at `at`, and whatever it is continued in before
 * `length`. Null when its inside does not fit: then it stays whole and opaque, and the packet lives
 * (RFC 6929 §2.8). The frame of the first attribute must have been checked.
 */
export function readExtended(bytes: Buffer, at: number, length: number): ExtendedRead | null {
  const space = bytes[at] as number;
  const end = at + (bytes[at + 1] as number);
  const isLong = space >= LONG_SPACE_FIRST;
  const start = at + (isLong ? LONG_HEADER_BYTES : HEADER_BYTES);
  // §2.1, §2.2: an empty value is an invalid attribute.
  if (start >= end) return null;
  const type = bytes[at + 2] as number;
  if (!isLong || ((bytes[at + 3] as number) & MORE) === 0) {
    const span = nameSpan(bytes, { space, type, start, end });
    return span && { span, joined: null, end };
  }
  const pieces = joinPieces(bytes, at, length);
  if (!pieces) return null;
  const span = nameSpan(bytes, { space, type, start, end });
  // A vendor's id and type are at the head of the first piece (§2.4).
  return span && { span, joined: pieces.value.subarray(span.start - start), end: pieces.end };
}

type Place = { space: number; type: number; start: number; end: number };

/** What a value is called: one of the space's own, or a vendor's (§2.4). */
function nameSpan(bytes: Buffer, { space, type, start, end }: Place): Span | null {
  if (type !== VENDOR_SPECIFIC)
    return { vendor: STANDARD, type: extended(space, type), start, end };
  if (end - start <= VENDOR_BYTES) return null;
  const vendor = bytes.readUInt32BE(start);
  if (vendor === STANDARD) return null;
  const vendorType = bytes[start + VENDOR_BYTES - 1] as number;
  return { vendor, type: extended(space, vendorType), start: start + VENDOR_BYTES, end };
}

/** §2.2: all pieces but the last are full, and each follows the one before of the same type. */
function joinPieces(bytes: Buffer, first: number, length: number) {
  const pieces: Buffer[] = [];
  for (let at = first; ; at += ATTRIBUTE_BYTES_MAX) {
    if (at + LONG_HEADER_BYTES >= length) return null;
    const end = at + (bytes[at + 1] as number);
    if (bytes[at] !== bytes[first] || bytes[at + 2] !== bytes[first + 2]) return null;
    if (end <= at + LONG_HEADER_BYTES || end > length) return null;
    pieces.push(bytes.subarray(at + LONG_HEADER_BYTES, end));
    if (((bytes[at + 3] as number) & MORE) === 0) return { value: Buffer.concat(pieces), end };
    if (end - at !== ATTRIBUTE_BYTES_MAX) return null;
  }
}

/** How many octets an extended attribute takes in a packet. */
export function countExtendedBytes({ vendor, type, value }: RawAttribute): number {
  const content = value.length + (vendor === STANDARD ? 0 : VENDOR_BYTES);
  if (type >> 8 < LONG_SPACE_FIRST) return HEADER_BYTES + content;
  const room = ATTRIBUTE_BYTES_MAX - LONG_HEADER_BYTES;
  return content + Math.ceil(content / room) * LONG_HEADER_BYTES;
}

/**
 * Writes an extended attribute, a long one in as many pieces as it needs, and gives where it ends.
 * Throws RangeError for a value that is empty or, in a short space, too long.
 */
export function writeExtended(bytes: Buffer, start: number, attribute: RawAttribute): number {
  const { vendor, type, value } = attribute;
  const space = type >> 8;
  const isLong = space >= LONG_SPACE_FIRST;
  const header = isLong ? LONG_HEADER_BYTES : HEADER_BYTES;
  const room = ATTRIBUTE_BYTES_MAX - header;
  const content = contentOf(attribute);
  if (value.length === 0 || (!isLong && content.length > room))
    throw new RangeError(`Attribute ${space}/${type & 255} of vendor ${vendor} does not fit`);
  let at = start;
  for (let done = 0; done < content.length; done += room) {
    const piece = content.subarray(done, done + room);
    bytes[at] = space;
    bytes[at + 1] = header + piece.length;
    bytes[at + 2] = vendor === STANDARD ? type & 255 : VENDOR_SPECIFIC;
    if (isLong) bytes[at + 3] = done + room < content.length ? MORE : 0;
    bytes.set(piece, at + header);
    at += header + piece.length;
  }
  return at;
}

function contentOf({ vendor, type, value }: RawAttribute): Uint8Array {
  if (vendor === STANDARD) return value;
  const content = Buffer.alloc(VENDOR_BYTES + value.length);
  content.writeUInt32BE(vendor);
  content[VENDOR_BYTES - 1] = type & 255;
  content.set(value, VENDOR_BYTES);
  return content;
}
