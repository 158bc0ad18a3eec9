import { isIPv4, isIPv6 } from "node:net";
import { type AttributeName, type Definition, dictionary, type ValueOf } from "./dictionary.ts";
import type { Packet, RawAttribute, Span } from "./packet.ts";

/**
 * The first value of a named attribute, or null where it is absent or its octets do not fit its
 * kind: such an attribute is passed over and the packet lives (RFC 2865 §5).
 */
export function findValue<N extends AttributeName>(packet: Packet, name: N): ValueOf<N> | null {
  const definition: Definition = dictionary[name];
  const span = findSpan(packet, definition);
  return span && (readValue(packet.bytes, span, definition) as ValueOf<N> | null);
}

/** The octets of every attribute of that name, in the packet's order (RFC 2865 §5). */
export function listOctets(packet: Packet, name: AttributeName): Buffer[] {
  const { vendor, number } = dictionary[name];
  const values: Buffer[] = [];
  for (const span of packet.attributes)
    if (span.type === number && span.vendor === vendor)
      values.push(packet.bytes.subarray(span.start, span.end));
  return values;
}

export function hasAttribute(packet: Packet, name: AttributeName): boolean {
  return findSpan(packet, dictionary[name]) !== null;
}

/** Where the first attribute of that name lies, or null. */
export function findSpan(packet: Packet, { vendor, number }: Definition): Span | null {
  for (const span of packet.attributes)
    if (span.type === number && span.vendor === vendor) return span;
  return null;
}

/** One attribute ready to be encoded. Throws RangeError on a value that its kind cannot hold. */
export function attribute<N extends AttributeName>(name: N, value: ValueOf<N>): RawAttribute {
  const definition: Definition = dictionary[name];
  const octets = writeValue(definition, value);
  if (!octets) throw new RangeError(`${name} cannot hold ${String(value)}`);
  return { vendor: definition.vendor, type: definition.number, value: octets };
}

/** An attribute as it came, to be sent on unchanged. */
export function rawAttribute(packet: Packet, { vendor, type, start, end }: Span): RawAttribute {
  return { vendor, type, value: packet.bytes.subarray(start, end) };
}

function readValue(bytes: Buffer, { start, end }: Span, { kind }: Definition): unknown {
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
      return length === 4
        ? `${bytes[start]}.${bytes[start + 1]}.${bytes[start + 2]}.${bytes[start + 3]}`
        : null;
    case "ipv6":
      return length === 16 ? formatIpv6(bytes, start) : null;
    case "ipv6-prefix":
      return readPrefix(bytes.subarray(start, end));
  }
}

function writeValue({ kind }: Definition, value: unknown): Uint8Array | null {
  switch (kind) {
    case "text":
      return Buffer.from(value as string, "utf8");
    case "octets":
      return value as Buffer;
    case "integer":
      return writeInteger(value as number);
    case "integer64": {
      const octets = Buffer.alloc(8);
      octets.writeBigUInt64BE(value as bigint);
      return octets;
    }
    case "time":
      return writeInteger(Math.floor((value as Date).getTime() / 1000));
    case "ipv4":
      return isIPv4(value as string) ? Buffer.from((value as string).split(".").map(Number)) : null;
    case "ipv6":
      return isIPv6(value as string) ? parseIpv6(value as string) : null;
    case "ipv6-prefix":
      return writePrefix(value as string);
  }
}

function writeInteger(value: number): Buffer | null {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) return null;
  const octets = Buffer.allocUnsafe(4);
  octets.writeUInt32BE(value);
  return octets;
}

/** In the one canonical form (RFC 5952 §4), so that addresses can be compared as text. */
function formatIpv6(bytes: Buffer, start: number): string {
  const groups: string[] = [];
  for (let at = start; at < start + 16; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  const text = groups.join(":");
  // §4.2: the longest run of zeros is shortened, the first of equals, never a single one.
  const runs = text.match(/\b0(?::0)+\b/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest === "") return text;
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

function parseIpv6(text: string): Buffer {
  const dotted = text.lastIndexOf(".") === -1 ? null : text.slice(text.lastIndexOf(":") + 1);
  let plain = text.split("%")[0] as string;
  if (dotted) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
    const tail = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    plain = plain.slice(0, -dotted.length) + tail;
  }
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const gap = tail === undefined ? [] : Array(8 - before.length - after.length).fill("0");
  const octets = Buffer.alloc(16);
  [...before, ...gap, ...after].forEach((group: string, index) => {
    octets.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  });
  return octets;
}

/** RFC 3162 §2.3: a reserved octet, the prefix's length in bits, and up to 16 octets of it. */
function readPrefix(octets: Buffer): string | null {
  const bits = octets[1];
  if (octets.length < 2 || octets.length > 18 || bits === undefined || bits > 128) return null;
  const whole = Buffer.alloc(16);
  octets.copy(whole, 0, 2);
  return `${formatIpv6(whole, 0)}/${bits}`;
}

function writePrefix(text: string): Buffer | null {
  const [address = "", bits = ""] = text.split("/");
  if (!isIPv6(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > 128) return null;
  return Buffer.concat([Buffer.from([0, Number(bits)]), parseIpv6(address)]);
}
