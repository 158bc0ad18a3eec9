import { type AttributeName, dictionary, type ValueOf } from "./dictionary.ts";
import type { Definition } from "./kinds.ts";
import { readOctets, writeOctets } from "./octets.ts";
import { octetsOf, type Packet, type RawAttribute, type Span } from "./packet.ts";

/**
 * The first value of a named attribute, or null where it is absent or its octets do not fit its
 * kind: such an attribute is passed over and the packet lives (RFC 2865 §5).
 */
export function findValue<N extends AttributeName>(packet: Packet, name: N): ValueOf<N> | null {
  const definition: Definition = dictionary[name];
  const span = findSpan(packet, definition);
  if (!span) return null;
  const joined = packet.joined?.get(span);
  const value = joined
    ? readOctets(definition.kind, joined, 0, joined.length)
    : readOctets(definition.kind, packet.bytes, span.start, span.end);
  return value as ValueOf<N> | null;
}

/** The octets of every attribute of that name, in the packet's order (RFC 2865 §5). */
export function listOctets(packet: Packet, name: AttributeName): Buffer[] {
  const { vendor, number } = dictionary[name];
  const values: Buffer[] = [];
  for (const span of packet.attributes)
    if (span.type === number && span.vendor === vendor) values.push(octetsOf(packet, span));
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
  const octets = writeOctets(definition.kind, value);
  if (!octets)
    throw new RangeError(`${name} is ${definition.kind} and cannot hold ${String(value)}`);
  return { vendor: definition.vendor, type: definition.number, value: octets };
}

/** An attribute as it came, to be sent on unchanged. */
export function rawAttribute(packet: Packet, span: Span): RawAttribute {
  return { vendor: span.vendor, type: span.type, value: octetsOf(packet, span) };
}
