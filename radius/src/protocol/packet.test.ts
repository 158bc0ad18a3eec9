import fc from "fast-check";
import radius from "radius";
import { describe, expect, test } from "vitest";
import { dictionary, MIKROTIK, STANDARD, VENDOR_SPECIFIC } from "./dictionary.ts";
import { isExtendedSpace } from "./extended.ts";
import { extended } from "./kinds.ts";
import {
  decodePacket,
  encodePacket,
  type Packet,
  type PacketToEncode,
  type RawAttribute,
  VALUE_BYTES_MAX,
  VENDOR_VALUE_BYTES_MAX,
} from "./packet.ts";
import { attribute, findValue, hasAttribute, listOctets, rawAttribute } from "./values.ts";

const header = (length: number, code = 1) =>
  Buffer.concat([Buffer.of(code, 7, length >> 8, length & 255), Buffer.alloc(16, 0xaa)]);

const packetOf = (attributes: Buffer): Packet => {
  const decoded = decodePacket(Buffer.concat([header(20 + attributes.length), attributes]));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};

const reasonOf = (bytes: Buffer) => {
  const decoded = decodePacket(bytes);
  return decoded.kind === "malformed" ? decoded.reason : "packet";
};

describe("RFC 2865 §3: the header", () => {
  test("a datagram shorter than the header is malformed", () => {
    expect(reasonOf(Buffer.alloc(0))).toBe("too-short");
    expect(reasonOf(header(20).subarray(0, 19))).toBe("too-short");
  });

  test("a Length below 20 or above 4096 is malformed", () => {
    expect(reasonOf(header(19))).toBe("length-out-of-range");
    expect(reasonOf(Buffer.concat([header(4097), Buffer.alloc(4077)]))).toBe("length-out-of-range");
    expect(reasonOf(Buffer.concat([header(4096), Buffer.alloc(4076)]))).toBe("attribute-overrun");
  });

  test("a datagram shorter than its Length is malformed", () => {
    expect(reasonOf(header(21))).toBe("shorter-than-its-length");
  });

  test("octets after Length are padding and ignored", () => {
    const padded = Buffer.concat([header(26), Buffer.of(1, 6, 0x6a, 0x6f, 0x65, 0x21, 9, 9, 9)]);
    const decoded = decodePacket(padded);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    expect(decoded.packet.bytes).toHaveLength(26);
    expect(findValue(decoded.packet, "User-Name")).toBe("joe!");
  });
});

describe("RFC 2865 §5: attributes", () => {
  test.each([
    ["a length of 0", Buffer.of(1, 0)],
    ["a length of 1", Buffer.of(1, 1, 65)],
    ["a length past the end", Buffer.of(1, 4, 65)],
    ["a type without a length", Buffer.of(1)],
  ])("%s overruns the packet", (_, attributes) => {
    const bytes = Buffer.concat([header(20 + attributes.length), attributes]);
    expect(reasonOf(bytes)).toBe("attribute-overrun");
  });

  test("an unknown type is kept and the rest is read", () => {
    const packet = packetOf(Buffer.of(250, 3, 1, 1, 3, 65));
    expect(packet.attributes).toHaveLength(2);
    expect(findValue(packet, "User-Name")).toBe("A");
  });

  test("attributes of one type keep their order", () => {
    const packet = packetOf(Buffer.of(33, 3, 1, 1, 3, 65, 33, 3, 2, 33, 3, 1));
    expect(listOctets(packet, "Proxy-State").map((value) => value[0])).toEqual([1, 2, 1]);
  });

  test("a number that is not four octets long is passed over", () => {
    const packet = packetOf(Buffer.of(27, 5, 0, 0, 1, 1, 3, 65));
    expect(findValue(packet, "Session-Timeout")).toBeNull();
    expect(hasAttribute(packet, "Session-Timeout")).toBe(true);
    expect(findValue(packet, "User-Name")).toBe("A");
  });

  test("a value of 253 octets is the longest one", () => {
    const longest = attribute("Filter-Id", "x".repeat(VALUE_BYTES_MAX));
    const tooLong = attribute("Filter-Id", "x".repeat(VALUE_BYTES_MAX + 1));
    const encode = (one: RawAttribute) =>
      encodePacket({ code: 2, identifier: 0, authenticator: Buffer.alloc(16), attributes: [one] });
    expect(encode(longest)).toHaveLength(20 + 255);
    expect(() => encode(tooLong)).toThrow(RangeError);
  });

  test("a packet above 4096 octets cannot be encoded", () => {
    const attributes = Array(16).fill(attribute("Filter-Id", "x".repeat(VALUE_BYTES_MAX)));
    const packet = { code: 2, identifier: 0, authenticator: Buffer.alloc(16), attributes };
    expect(() => encodePacket(packet)).toThrow(RangeError);
  });

  test("a number outside 32 bits cannot be said", () => {
    expect(() => attribute("Session-Timeout", 2 ** 32)).toThrow(RangeError);
    expect(() => attribute("Session-Timeout", -1)).toThrow(RangeError);
    expect(() => attribute("Session-Timeout", 1.5)).toThrow(RangeError);
    expect(() => attribute("Framed-IP-Address", "::1")).toThrow(RangeError);
  });
});

describe("RFC 2865 §5.26: Vendor-Specific", () => {
  const vendorBytes = (...inside: number[]) =>
    Buffer.of(26, 6 + inside.length, 0, 0, 0x3a, 0x8c, ...inside);

  test("one attribute may carry several of the vendor's", () => {
    const packet = packetOf(vendorBytes(8, 5, 0x31, 0x2f, 0x32, 17, 6, 0, 0, 0, 9));
    expect(findValue(packet, "Mikrotik-Rate-Limit")).toBe("1/2");
    expect(findValue(packet, "Mikrotik-Total-Limit")).toBe(9);
    expect(packet.attributes.every((span) => span.vendor === MIKROTIK)).toBe(true);
  });

  test("a vendor's type is not mistaken for the standard one", () => {
    const packet = packetOf(vendorBytes(1, 6, 0, 0, 0, 9));
    expect(findValue(packet, "User-Name")).toBeNull();
    expect(findValue(packet, "Mikrotik-Recv-Limit")).toBe(9);
  });

  test.each([
    ["no vendor id", Buffer.of(26, 5, 0, 0, 1)],
    ["nothing but the vendor id", Buffer.of(26, 6, 0, 0, 0x3a, 0x8c)],
    ["the vendor id 0", Buffer.of(26, 9, 0, 0, 0, 0, 1, 3, 65)],
    ["an inner length past the end", vendorBytes(8, 9, 65)],
    ["an inner length of 0", vendorBytes(8, 0, 65)],
    ["an inner type without a length", vendorBytes(8, 3, 65, 9)],
  ])("with %s it stays opaque and the packet lives (RFC 6929 §2.8)", (_, bytes) => {
    const packet = packetOf(Buffer.concat([bytes, Buffer.of(1, 3, 65)]));
    expect(findValue(packet, "User-Name")).toBe("A");
    expect(listOctets(packet, "Vendor-Specific")).toEqual([Buffer.from(bytes.subarray(2))]);
  });
});

describe("values", () => {
  test("each kind is read back as it was written", () => {
    const attributes = [
      attribute("User-Name", "Lân ơi"),
      attribute("Session-Timeout", 4_294_967_295),
      attribute("Event-Timestamp", new Date("2030-01-02T03:04:05Z")),
      attribute("Framed-IP-Address", "10.1.0.254"),
      attribute("Framed-IPv6-Address", "2001:db8::10.0.0.1"),
      attribute("Framed-IPv6-Prefix", "2001:db8:1::/48"),
      attribute("Class", Buffer.of(0, 255)),
    ];
    const packet = reread({
      code: 2,
      identifier: 1,
      authenticator: Buffer.alloc(16),
      attributes,
    });
    expect(findValue(packet, "User-Name")).toBe("Lân ơi");
    expect(findValue(packet, "Session-Timeout")).toBe(4_294_967_295);
    expect(findValue(packet, "Event-Timestamp")).toEqual(new Date("2030-01-02T03:04:05Z"));
    expect(findValue(packet, "Framed-IP-Address")).toBe("10.1.0.254");
    expect(findValue(packet, "Framed-IPv6-Address")).toBe("2001:db8::a00:1");
    expect(findValue(packet, "Framed-IPv6-Prefix")).toBe("2001:db8:1::/48");
    expect(findValue(packet, "Class")).toEqual(Buffer.of(0, 255));
  });

  test.each([
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["::", "::"],
    ["::1", "::1"],
    ["fe80::", "fe80::"],
    ["10::100:0:0:0", "10::100:0:0:0"],
    ["::ffff:192.0.2.128", "::ffff:c000:280"],
  ])("RFC 5952 §4: the IPv6 address %s reads %s", (written, canonical) => {
    const packet = reread({
      code: 2,
      identifier: 1,
      authenticator: Buffer.alloc(16),
      attributes: [attribute("Framed-IPv6-Address", written)],
    });
    expect(findValue(packet, "Framed-IPv6-Address")).toBe(canonical);
  });

  test("an IPv6 prefix may be shortened to the octets it needs (RFC 3162 §2.3)", () => {
    const packet = packetOf(Buffer.of(97, 8, 0, 32, 0x20, 0x01, 0x0d, 0xb8));
    expect(findValue(packet, "Framed-IPv6-Prefix")).toBe("2001:db8::/32");
  });
});

const reread = (packet: PacketToEncode): Packet => {
  const decoded = decodePacket(encodePacket(packet));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};

const octetsUpTo = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
const standardAttribute = fc.record({
  vendor: fc.constant(STANDARD),
  type: fc
    .integer({ min: 1, max: 255 })
    .filter((type) => type !== VENDOR_SPECIFIC && !isExtendedSpace(type)),
  value: octetsUpTo(VALUE_BYTES_MAX),
});
const vendorAttribute = fc.record({
  vendor: fc.integer({ min: 1, max: 0xffffffff }),
  type: fc.integer({ min: 0, max: 255 }),
  value: octetsUpTo(VENDOR_VALUE_BYTES_MAX),
});
const extendedType = (spaces: { min: number; max: number }) =>
  fc
    .tuple(fc.integer(spaces), fc.integer({ min: 0, max: 255 }))
    .filter(([, type]) => type !== VENDOR_SPECIFIC)
    .map(([space, type]) => extended(space, type));
const extendedAttribute = (vendor: fc.Arbitrary<number>, room: number) =>
  fc.oneof(
    fc.record({
      vendor,
      type: extendedType({ min: 241, max: 244 }),
      value: octetsUpTo(room, 1),
    }),
    fc.record({ vendor, type: extendedType({ min: 245, max: 246 }), value: octetsUpTo(700, 1) }),
  );
const anyAttribute = fc.oneof(
  standardAttribute,
  vendorAttribute,
  extendedAttribute(fc.constant(STANDARD), 252),
  extendedAttribute(fc.integer({ min: 1, max: 0xffffffff }), 247),
);
const anyPacket = fc.record({
  code: fc.integer({ min: 0, max: 255 }),
  identifier: fc.integer({ min: 0, max: 255 }),
  authenticator: octetsUpTo(16, 16),
  attributes: fc.array(anyAttribute, { maxLength: 5 }),
});

describe("properties", () => {
  test("any bytes are decoded or refused, never thrown on", () => {
    fc.assert(
      fc.property(octetsUpTo(300), (bytes) => {
        const decoded = decodePacket(Buffer.from(bytes));
        if (decoded.kind === "packet") readEverything(decoded.packet);
      }),
      { numRuns: 2000 },
    );
  });

  test("any attribute octets behind a right header are decoded or refused, never thrown on", () => {
    fc.assert(
      fc.property(octetsUpTo(400), (octets) => {
        const decoded = decodePacket(Buffer.concat([header(20 + octets.length), octets]));
        if (decoded.kind === "packet") readEverything(decoded.packet);
        else expect(decoded.reason).toBe("attribute-overrun");
      }),
      { numRuns: 2000 },
    );
  });

  test("no attribute lies outside the packet", () => {
    fc.assert(
      fc.property(octetsUpTo(400), (octets) => {
        const decoded = decodePacket(Buffer.concat([header(20 + octets.length), octets]));
        if (decoded.kind === "malformed") return;
        for (const { start, end } of decoded.packet.attributes) {
          expect(start).toBeGreaterThanOrEqual(22);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(decoded.packet.bytes.length);
        }
      }),
    );
  });

  test("what was encoded is decoded to the same packet", () => {
    fc.assert(
      fc.property(anyPacket, (packet) => {
        const read = reread(packet);
        expect(read.code).toBe(packet.code);
        expect(read.identifier).toBe(packet.identifier);
        expect(Uint8Array.from(read.bytes.subarray(4, 20))).toEqual(packet.authenticator);
        const attributes = read.attributes.map((span) => rawAttribute(read, span));
        expect(attributes.map(plain)).toEqual(packet.attributes.map(plain));
      }),
      { numRuns: 500 },
    );
  });

  test("the package radius reads the same values from what was encoded", () => {
    const readable = fc.record({
      "User-Name": fc.string({ minLength: 1, maxLength: 60 }),
      "Session-Timeout": fc.integer({ min: 0, max: 0xffffffff }),
      "Framed-IP-Address": fc.ipV4(),
      Class: octetsUpTo(60, 1).map((value) => Buffer.from(value)),
      "Calling-Station-Id": fc.string({ minLength: 1, maxLength: 30 }),
    });
    fc.assert(
      fc.property(readable, (values) => {
        const bytes = encodePacket({
          code: 4,
          identifier: 9,
          authenticator: Buffer.alloc(16),
          attributes: [
            attribute("User-Name", values["User-Name"]),
            attribute("Session-Timeout", values["Session-Timeout"]),
            attribute("Framed-IP-Address", values["Framed-IP-Address"]),
            attribute("Class", values.Class),
            attribute("Calling-Station-Id", values["Calling-Station-Id"]),
          ],
        });
        const theirs = radius.decode_without_secret({ packet: bytes }).attributes;
        expect(theirs).toEqual({ ...values });
      }),
    );
  });
});

const plain = ({ vendor, type, value }: RawAttribute) => ({
  vendor,
  type,
  value: Buffer.from(value).toString("hex"),
});

function readEverything(packet: Packet) {
  for (const name of Object.keys(dictionary) as (keyof typeof dictionary)[]) {
    findValue(packet, name);
    listOctets(packet, name);
  }
}
