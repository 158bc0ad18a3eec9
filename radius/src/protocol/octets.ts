import { isIPv4, isIPv6 } from "node:net";
import {
  formatInterfaceId,
  formatIpv4,
  formatIpv6,
  parseInterfaceId,
  parseIpv4,
  parseIpv6,
} from "./addresses.ts";
import type { AttributeKind, Tagged, Tlv } from "./kinds.ts";

/** RFC 2868 §3.1 and its kin: what is above it is no tag but the value's first octet. */
export const TAG_MAX = 0x1f;
const INTEGER_MAX = 0xffffffff;
const TAGGED_INTEGER_MAX = 0xffffff;

/** Reads a value; null where its octets do not fit its kind. */
export function readOctets(
  kind: AttributeKind,
  bytes: Buffer,
  start: number,
  end: number,
): unknown {
  const length = end - start;
  switch (kind) {
    case "text":
      return bytes.toString("utf8", start, end);
    case "octets":
      return bytes.subarray(start, end);
    case "integer":
      return length === 4 ? bytes.readUInt32BE(start) : null;
    case "integer64":
      return length === 8 ? bytes.readBigUInt64BE(start) : null;
    case "time":
      return length === 4 ? new Date(bytes.readUInt32BE(start) * 1000) : null;
    case "ipv4":
      return length === 4 ? formatIpv4(bytes, start) : null;
    case "ipv6":
      return length === 16 ? formatIpv6(bytes, start) : null;
    case "ipv4-prefix":
      return readIpv4Prefix(bytes.subarray(start, end));
    case "ipv6-prefix":
      return readIpv6Prefix(bytes.subarray(start, end));
    case "interface-id":
      return length === 8 ? formatInterfaceId(bytes, start) : null;
    case "tlv":
      return readTlvs(bytes.subarray(start, end));
    case "tagged-text":
    case "tagged-octets":
    case "tagged-integer":
      return readTagged(kind, bytes.subarray(start, end));
  }
}

/** Writes a value; null where its kind cannot hold it. */
export function writeOctets(kind: AttributeKind, value: unknown): Uint8Array | null {
  switch (kind) {
    case "text":
      return Buffer.from(value as string, "utf8");
    case "octets":
      return value as Buffer;
    case "integer":
      return writeInteger(value as number, INTEGER_MAX);
    case "integer64":
      return writeInteger64(value as bigint);
    case "time":
      return writeInteger(Math.floor((value as Date).getTime() / 1000), INTEGER_MAX);
    case "ipv4":
      return isIPv4(value as string) ? parseIpv4(value as string) : null;
    case "ipv6":
      return isIPv6(value as string) ? parseIpv6(value as string) : null;
    case "ipv4-prefix":
      return writeIpv4Prefix(value as string);
    case "ipv6-prefix":
      return writeIpv6Prefix(value as string);
    case "interface-id":
      return parseInterfaceId(value as string);
    case "tlv":
      return writeTlvs(value as readonly Tlv[]);
    case "tagged-text":
    case "tagged-octets":
    case "tagged-integer":
      return writeTagged(kind, value as Tagged<never>);
  }
}

function writeInteger(value: number, max: number): Buffer | null {
  if (!Number.isInteger(value) || value < 0 || value > max) return null;
  const octets = Buffer.allocUnsafe(4);
  octets.writeUInt32BE(value);
  return octets;
}

function writeInteger64(value: bigint): Buffer | null {
  if (value < 0n || value > 0xffffffffffffffffn) return null;
  const octets = Buffer.allocUnsafe(8);
  octets.writeBigUInt64BE(value);
  return octets;
}

type TaggedKind = "tagged-text" | "tagged-octets" | "tagged-integer";

/**
 * RFC 2868 §3.1: an integer always has the tag's octet in front; §3.3: a text may do without, and
 * §3.5: a hidden password never does. What a tag above 31 says is ignored, or is text.
 */
function readTagged(kind: TaggedKind, octets: Buffer): Tagged<unknown> | null {
  const first = octets[0];
  if (first === undefined) return kind === "tagged-text" ? { tag: 0, value: "" } : null;
  const tag = first <= TAG_MAX ? first : 0;
  if (kind === "tagged-integer")
    return octets.length === 4 ? { tag, value: octets.readUIntBE(1, 3) } : null;
  if (kind === "tagged-octets") return { tag, value: octets.subarray(1) };
  return { tag, value: octets.toString("utf8", first <= TAG_MAX ? 1 : 0) };
}

function writeTagged(
  kind: TaggedKind,
  { tag, value }: Tagged<string | Buffer | number>,
): Uint8Array | null {
  if (!Number.isInteger(tag) || tag < 0 || tag > TAG_MAX) return null;
  if (kind === "tagged-integer") {
    const octets = writeInteger(value as number, TAGGED_INTEGER_MAX);
    octets?.writeUInt8(tag);
    return octets;
  }
  const octets = kind === "tagged-text" ? Buffer.from(value as string, "utf8") : (value as Buffer);
  // A text without a tag is what every NAS reads, unless its first octet would pass for one.
  const isPlain = kind === "tagged-text" && tag === 0 && (octets[0] ?? 0) > TAG_MAX;
  return isPlain ? octets : Buffer.concat([Buffer.of(tag), octets]);
}

/** RFC 6929 §2.3: null where a piece is empty or overruns, or where there is none. */
export function readTlvs(octets: Buffer): Tlv[] | null {
  const pieces: Tlv[] = [];
  let at = 0;
  while (at < octets.length) {
    const end = at + (octets[at + 1] ?? 0);
    if (end < at + 3 || end > octets.length) return null;
    pieces.push({ type: octets[at] as number, value: octets.subarray(at + 2, end) });
    at = end;
  }
  return pieces.length > 0 ? pieces : null;
}

/** The octets of pieces, as the value of an attribute or of a piece around them. */
export function writeTlvs(pieces: readonly Tlv[]): Buffer | null {
  const fits = ({ type, value }: Tlv) =>
    type >= 0 && type <= 255 && value.length >= 1 && value.length <= 253;
  if (pieces.length === 0 || !pieces.every(fits)) return null;
  return Buffer.concat(
    pieces.flatMap(({ type, value }) => [Buffer.of(type, value.length + 2), value]),
  );
}

/** RFC 3162 §2.3: a reserved octet, the prefix's length in bits, and up to 16 octets of it. */
function readIpv6Prefix(octets: Buffer): string | null {
  const bits = octets[1];
  if (octets.length > 18 || bits === undefined || bits > 128) return null;
  const whole = Buffer.alloc(16);
  octets.copy(whole, 0, 2);
  return `${formatIpv6(whole, 0)}/${bits}`;
}

function writeIpv6Prefix(text: string): Buffer | null {
  const [address = "", bits = ""] = text.split("/");
  if (!isIPv6(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) return null;
  return Buffer.concat([Buffer.of(0, Number(bits)), parseIpv6(address)]);
}

/** RFC 6572 §4.9: a reserved octet, the length in the low six bits, and four octets. */
function readIpv4Prefix(octets: Buffer): string | null {
  const bits = (octets[1] ?? 0) & 0x3f;
  return octets.length === 6 && bits <= 32 ? `${formatIpv4(octets, 2)}/${bits}` : null;
}

function writeIpv4Prefix(text: string): Buffer | null {
  const [address = "", bits = ""] = text.split("/");
  if (!isIPv4(address) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return null;
  return Buffer.concat([Buffer.of(0, Number(bits)), parseIpv4(address)]);
}
