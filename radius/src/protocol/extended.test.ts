import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STANDARD } from "./dictionary.ts";
import { extended } from "./kinds.ts";
import { readTlvs, writeTlvs } from "./octets.ts";
import { decodePacket, encodePacket, octetsOf, type Packet, type RawAttribute } from "./packet.ts";
import { attribute, findValue } from "./values.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const head = (length: number) => Buffer.concat([Buffer.of(2, 7, length >> 8, length & 255), ZEROS]);
const ZEROS = Buffer.alloc(16);
/** A name behind each attribute shows that the packet lived. */
const NAME = hex("01 03 41");

function read(attributes: Buffer): Packet {
  const all = Buffer.concat([attributes, NAME]);
  const decoded = decodePacket(Buffer.concat([head(20 + all.length), all]));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  expect(findValue(decoded.packet, "User-Name")).toBe("A");
  return decoded.packet;
}

const seen = (packet: Packet) =>
  packet.attributes.slice(0, -1).map((span) => ({
    vendor: span.vendor,
    type: span.type,
    value: octetsOf(packet, span).toString("hex"),
  }));

const write = (one: RawAttribute) =>
  encodePacket({ code: 2, identifier: 7, authenticator: ZEROS, attributes: [one] }).subarray(20);

/** What goes over the wire, what it is called, and the octets of its value. */
type Vector = [string, string, { vendor: number; type: number; value: string }];

const vectors: Vector[] = [
  [
    "§2.1: an extended attribute",
    "f1 04 01 23",
    { vendor: STANDARD, type: extended(241, 1), value: "23" },
  ],
  [
    "§2.2: a long one in one piece",
    "f5 05 01 00 23",
    { vendor: STANDARD, type: extended(245, 1), value: "23" },
  ],
  [
    "§2.4: a vendor's in the short space",
    "f1 09 1a 00 00 00 01 04 23",
    { vendor: 1, type: extended(241, 4), value: "23" },
  ],
  [
    "§2.4: a vendor's in the long space",
    "f5 0a 1a 00 00 00 00 01 04 23",
    { vendor: 1, type: extended(245, 4), value: "23" },
  ],
  [
    "§2.2: a value of 300 octets in two pieces",
    `f5 ff 04 80 ${"aa".repeat(251)} f5 35 04 00 ${"bb".repeat(49)}`,
    { vendor: STANDARD, type: extended(245, 4), value: "aa".repeat(251) + "bb".repeat(49) },
  ],
  [
    "§2.4: a vendor's value in two pieces names the vendor once",
    `f5 ff 1a 80 00 00 00 01 06 ${"aa".repeat(246)} f5 13 1a 00 ${"bb".repeat(15)}`,
    { vendor: 1, type: extended(245, 6), value: "aa".repeat(246) + "bb".repeat(15) },
  ],
];

describe("RFC 6929", () => {
  test.each(vectors)("%s is read", (_, wire, expected) => {
    expect(seen(read(hex(wire)))).toEqual([expected]);
  });

  test.each(vectors)("%s is written", (_, wire, { vendor, type, value }) => {
    expect(write({ vendor, type, value: hex(value) }).toString("hex")).toBe(
      hex(wire).toString("hex"),
    );
  });

  test("§2.2: the reserved bits of the flags are ignored", () => {
    expect(seen(read(hex("f5 05 01 7f 23")))).toEqual([
      { vendor: STANDARD, type: extended(245, 1), value: "23" },
    ]);
  });

  const full = `f5 ff 04 80 ${"aa".repeat(251)}`;
  test.each([
    ["§2.1: without an extended type", "f1 02"],
    ["§2.1: without a value", "f1 03 01"],
    ["§2.2: without flags", "f5 03 01"],
    ["§2.2: without a value", "f5 04 01 00"],
    ["§2.2: that goes on though it is not full", "f5 05 04 80 aa"],
    ["§2.2: that goes on in another type", full],
    ["§2.4: without a vendor's type", "f1 07 1a 00 00 00 01"],
    ["§2.4: without a vendor's value", "f1 08 1a 00 00 00 01 04"],
    ["§2.4: of the vendor 0", "f1 09 1a 00 00 00 00 04 23"],
  ])("§2.8: one %s stays opaque and the packet lives", (_, wire) => {
    const bytes = hex(wire);
    const opaque = { vendor: STANDARD, type: bytes[0], value: bytes.subarray(2).toString("hex") };
    expect(seen(read(bytes))).toEqual([opaque]);
  });

  test("§2.8: after a piece without its next, the next attribute is read on its own", () => {
    const packet = read(hex(`${full} f5 05 09 00 23`));
    expect(seen(packet).map(({ type }) => type)).toEqual([245, extended(245, 9)]);
  });

  test("§2.8: a piece that overruns the packet is malformed like any attribute", () => {
    const bytes = Buffer.concat([hex(full), hex("f5 ff 04 00 bb")]);
    const decoded = decodePacket(Buffer.concat([head(20 + bytes.length), bytes]));
    expect(decoded).toEqual({ kind: "malformed", reason: "attribute-overrun" });
  });

  test("a packet full of pieces is joined once", () => {
    const last = `f5 fe 04 00 ${"bb".repeat(250)}`;
    const packet = read(hex(full.repeat(14) + last));
    expect(seen(packet)).toHaveLength(1);
    expect(octetsOf(packet, packet.attributes[0] as never)).toHaveLength(14 * 251 + 250);
  });

  test("§2.1, §2.4: what does not fit the short space cannot be said", () => {
    const of = (vendor: number, length: number) => () =>
      write({ vendor, type: extended(241, 1), value: Buffer.alloc(length) });
    expect(of(STANDARD, 252)()).toHaveLength(255);
    expect(of(STANDARD, 253)).toThrow(RangeError);
    expect(of(9, 247)()).toHaveLength(255);
    expect(of(9, 248)).toThrow(RangeError);
    expect(of(STANDARD, 0)).toThrow(RangeError);
  });

  test("§2.3: pieces inside of pieces are read back as they were written", () => {
    const inner = writeTlvs([{ type: 1, value: hex("0a01") }]) as Buffer;
    const pieces = [
      { type: 1, value: inner },
      { type: 2, value: hex("ff") },
    ];
    const wire = write(attribute("IP-Port-Limit-Info", pieces));
    expect(wire.toString("hex")).toBe("f10c05010601040a010203ff");
    const packet = read(wire);
    expect(findValue(packet, "IP-Port-Limit-Info")).toEqual(pieces);
    expect(readTlvs(inner)).toEqual([{ type: 1, value: hex("0a01") }]);
  });

  test.each([
    ["without a length", "01"],
    ["of length 2", "01 02"],
    ["that overruns", "01 05 00"],
    ["behind a good one", "01 03 00 02 09 00"],
  ])("§2.3: a piece %s makes the value unreadable and the packet lives", (_, inside) => {
    const value = hex(inside);
    const packet = read(Buffer.concat([Buffer.of(241, value.length + 3, 5), value]));
    expect(findValue(packet, "IP-Port-Limit-Info")).toBeNull();
  });

  test("§2.5: an integer of 64 bits keeps every bit", () => {
    const wire = write(attribute("MIP6-Feature-Vector", 0xfedcba9876543210n));
    expect(wire.toString("hex")).toBe("7c0afedcba9876543210");
    expect(findValue(read(wire), "MIP6-Feature-Vector")).toBe(0xfedcba9876543210n);
  });

  test("any octets in an extended space are read or kept, never thrown on", () => {
    const space = fc.integer({ min: 241, max: 246 });
    const inside = fc.uint8Array({ maxLength: 253 });
    const some = fc.array(fc.tuple(space, inside), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(some, (attributes) => {
        const wire = attributes.map(([type, octets]) =>
          Buffer.concat([Buffer.of(type, octets.length + 2), octets]),
        );
        expect(read(Buffer.concat(wire)).attributes.length).toBeGreaterThan(1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("RFC 2868", () => {
  test.each([
    ["§3.1: an integer with its tag", "40 06 01 00 00 0d", "Tunnel-Type", { tag: 1, value: 13 }],
    ["§3.1: an integer of no tunnel", "41 06 00 00 00 06", "Tunnel-Medium-Type", untagged(6)],
    ["§3.6: a text with its tag", "51 05 1f 31 32", "Tunnel-Private-Group-Id", tagged31("12")],
    ["§3.6: a text without a tag", "51 04 31 32", "Tunnel-Private-Group-Id", untagged("12")],
    ["§3.5: a hidden password", "45 06 02 80 01 ff", "Tunnel-Password", password("8001ff")],
  ] as const)("%s is read and written", (_, wire, name, value) => {
    expect(findValue(read(hex(wire)), name)).toEqual(value);
    expect(write(attribute(name, value as never)).toString("hex")).toBe(hex(wire).toString("hex"));
  });

  test("§3.6: a text with the tag 0 is that text", () => {
    expect(findValue(read(hex("51 05 00 31 32")), "Tunnel-Private-Group-Id")).toEqual(
      untagged("12"),
    );
  });

  test("§3.3: a tag above 31 is the text's first octet", () => {
    expect(findValue(read(hex("42 05 20 31 32")), "Tunnel-Client-Endpoint")).toEqual(
      untagged(" 12"),
    );
  });

  test("§3.1: a tag above 31 before an integer is ignored", () => {
    expect(findValue(read(hex("40 06 20 00 00 0d")), "Tunnel-Type")).toEqual(untagged(13));
  });
});

function untagged<T>(value: T) {
  return { tag: 0, value };
}

function tagged31<T>(value: T) {
  return { tag: 31, value };
}

function password(value: string) {
  return { tag: 2, value: hex(value) };
}
