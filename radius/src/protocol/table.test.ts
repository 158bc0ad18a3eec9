import { readFileSync } from "node:fs";
import fc from "fast-check";
import radius from "radius";
import { describe, expect, test } from "vitest";
import { describeWithPeer } from "../../test/peers.ts";
import { type AttributeName, dictionary, type ValueOf } from "./dictionary.ts";
import { type AttributeKind, type Definition, STANDARD } from "./kinds.ts";
import { TAG_MAX } from "./octets.ts";
import { decodePacket, encodePacket, type Packet, VENDOR_VALUE_BYTES_MAX } from "./packet.ts";
import { attribute, findValue, listOctets } from "./values.ts";

const names = Object.keys(dictionary) as AttributeName[];
const BYTES_MAX = VENDOR_VALUE_BYTES_MAX - 1;

const octetsUpTo = (maxLength: number, minLength = 0) =>
  fc.uint8Array({ minLength, maxLength }).map((value) => Buffer.from(value));
/** Well-formed text that fits, whatever its characters take. */
const anyText = fc.string({ unit: "grapheme", maxLength: 40 }).filter((each) => {
  return Buffer.byteLength(each) <= BYTES_MAX;
});
const anyTag = fc.integer({ min: 0, max: TAG_MAX });
const integerUpTo = (max: number) => fc.integer({ min: 0, max });
const anyAddress = octetsUpTo(16, 16).map((octets) => {
  const packet = reread("Framed-IPv6-Prefix", octets);
  return (findValue(packet, "Framed-IPv6-Prefix") as string).split("/")[0] as string;
});
const anyInterfaceId = fc
  .array(integerUpTo(0xffff), { minLength: 4, maxLength: 4 })
  .map((groups) => groups.map((group) => group.toString(16)).join(":"));
const anyPiece = fc.record({ type: integerUpTo(255), value: octetsUpTo(50, 1) });

/** Values of a kind, in the one form in which they are read back. */
const anyOfKind: Record<AttributeKind, fc.Arbitrary<unknown>> = {
  text: anyText,
  octets: octetsUpTo(BYTES_MAX, 1),
  integer: integerUpTo(0xffffffff),
  integer64: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  time: integerUpTo(0xffffffff).map((seconds) => new Date(seconds * 1000)),
  ipv4: fc.ipV4(),
  ipv6: anyAddress,
  "ipv4-prefix": fc.tuple(fc.ipV4(), integerUpTo(32)).map((parts) => parts.join("/")),
  "ipv6-prefix": fc.tuple(anyAddress, integerUpTo(128)).map((parts) => parts.join("/")),
  "interface-id": anyInterfaceId,
  tlv: fc.array(anyPiece, { minLength: 1, maxLength: 4 }),
  "tagged-text": fc.record({ tag: anyTag, value: anyText }),
  "tagged-octets": fc.record({ tag: anyTag, value: octetsUpTo(BYTES_MAX) }),
  "tagged-integer": fc.record({ tag: anyTag, value: integerUpTo(0xffffff) }),
};

/** A packet with one attribute, read. A prefix has 16 octets that are not of its kind yet. */
function reread(name: AttributeName, octets: Buffer): Packet {
  const { vendor, number: type, kind } = dictionary[name] as Definition;
  const value = kind === "ipv6-prefix" ? Buffer.concat([Buffer.of(0, 128), octets]) : octets;
  return readBack([{ vendor, type, value }]);
}

function readBack(attributes: Parameters<typeof encodePacket>[0]["attributes"]): Packet {
  const authenticator = Buffer.alloc(16);
  const decoded = decodePacket(encodePacket({ code: 2, identifier: 0, authenticator, attributes }));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
}

/** Vendor-Specific is read as what is inside of it, and is whole only when that does not fit. */
const single = names.filter((name) => name !== "Vendor-Specific");

describe("the table", () => {
  test("no two names are of one number", () => {
    const numbers = names.map((name) => `${dictionary[name].vendor}/${dictionary[name].number}`);
    expect(new Set(numbers).size).toBe(names.length);
  });

  test("each attribute is read back as it was written", () => {
    for (const name of single)
      fc.assert(
        fc.property(anyOfKind[dictionary[name].kind], (value) => {
          const packet = readBack([attribute(name, value as ValueOf<typeof name>)]);
          expect(findValue(packet, name)).toEqual(value);
          expect(packet.attributes).toHaveLength(1);
        }),
        { numRuns: 20 },
      );
  });

  test("octets that are not of an attribute's kind are null, never thrown on", () => {
    for (const name of single)
      fc.assert(
        fc.property(octetsUpTo(40, 1), (value) => {
          const { vendor, number: type } = dictionary[name];
          const packet = readBack([{ vendor, type, value }]);
          const read = findValue(packet, name);
          if (read !== null) expect(attribute(name, read as never).value).toBeDefined();
          expect(listOctets(packet, name)).toEqual([value]);
        }),
        { numRuns: 20 },
      );
  });

  test.each([
    ["integer", "Session-Timeout", 2 ** 32],
    ["integer64", "MIP6-Feature-Vector", 2n ** 64n],
    ["ipv4-prefix", "PMIP6-Home-IPv4-HoA", "10.0.0.0/33"],
    ["ipv6-prefix", "Delegated-IPv6-Prefix", "2001:db8::/129"],
    ["interface-id", "Framed-Interface-Id", "1:2:3"],
    ["tlv", "Cambium-Authorize-Classes", [{ type: 256, value: Buffer.of(1) }]],
    ["tlv without a piece", "Cambium-Authorize-Classes", []],
    ["tag", "Tunnel-Type", { tag: 32, value: 13 }],
    ["tagged integer", "Tunnel-Type", { tag: 1, value: 2 ** 24 }],
  ] as const)("a %s out of its range cannot be said", (_, name, value) => {
    expect(() => attribute(name, value as never)).toThrow(RangeError);
  });
});

/** A value of its kind that no dictionary has another name for. */
const SAMPLES: Partial<Record<AttributeKind, unknown>> = {
  text: "Foyer",
  octets: Buffer.from("octets"),
  integer: 0x7ffffff1,
  time: new Date("2030-01-02T03:04:05Z"),
  ipv4: "10.1.0.254",
};

test("the package radius reads the same values by the same names, where it knows them", () => {
  // These are read with the secret or have a length of their own.
  const skipped = ["User-Password", "CHAP-Password", "Message-Authenticator"];
  const agreed: string[] = [];
  for (const name of single) {
    const definition: Definition = dictionary[name];
    const sample = SAMPLES[definition.kind];
    if (sample === undefined || definition.vendor !== STANDARD || skipped.includes(name)) continue;
    const attributes = [attribute(name, sample as ValueOf<typeof name>)];
    const authenticator = Buffer.alloc(16);
    const packet = encodePacket({ code: 4, identifier: 0, authenticator, attributes });
    const theirs = radius.decode_without_secret({ packet }).attributes;
    if (!(name in theirs)) continue;
    // Where an RFC says String, one takes text and the other octets.
    const plain = (value: unknown) => (typeof value === "string" ? Buffer.from(value) : value);
    expect({ name, value: plain(theirs[name]) }).toEqual({ name, value: plain(sample) });
    agreed.push(name);
  }
  expect(agreed.length).toBeGreaterThan(90);
});

/** How FreeRADIUS writes our kinds; what it keeps apart that we read as octets is not compared. */
const THEIR_KINDS: Readonly<Record<string, AttributeKind>> = {
  integer: "integer",
  integer64: "integer64",
  date: "time",
  ipaddr: "ipv4",
  ipv6addr: "ipv6",
  ipv4prefix: "ipv4-prefix",
  ipv6prefix: "ipv6-prefix",
  ifid: "interface-id",
  tlv: "tlv",
};
const FOLDER = "/usr/share/freeradius";
const FILES = [
  ..."2865 2866 2867 2868 2869 3162 3576 4072 4372 4675 4818 4849 5090 5176 5447 5580 5607 5904"
    .split(" ")
    .map((number) => `rfc${number}`),
  ..."6519 6572 6677 6911 6930 7055 7155 7268".split(" ").map((number) => `rfc${number}`),
  ..."wispr chillispot mikrotik cisco airespace aruba ruckus cambium meraki fortinet pfsense".split(
    " ",
  ),
  ..."aerohive microsoft wifialliance".split(" "),
];

describeWithPeer("freeradius", "the dictionaries of FreeRADIUS", () => {
  test.each(FILES)("dictionary.%s has the same numbers and kinds", (file) => {
    const text = readFileSync(`${FOLDER}/dictionary.${file}`, "utf8");
    const vendor = Number(/^VENDOR\s+\S+\s+(\d+)/m.exec(text)?.[1] ?? STANDARD);
    const lines = [...text.matchAll(/^ATTRIBUTE\s+(\S+)\s+(\d+)\s+([a-z0-9]+)(.*)$/gm)];
    const theirs = lines.map(([, name = "", number, kind = "", options = ""]) => {
      return { name, number: Number(number), kind: THEIR_KINDS[kind], options };
    });
    for (const { name, number, kind, options } of theirs) {
      const ours = names.includes(name as AttributeName) ? dictionary[name as AttributeName] : null;
      if (!ours) continue;
      expect({ name, vendor: ours.vendor, number: ours.number }).toEqual({ name, vendor, number });
      if (options.includes("has_tag")) expect(ours.kind).toMatch(/^tagged-/);
      else if (kind) expect({ name, kind: ours.kind }).toEqual({ name, kind });
    }
    const shared = theirs.filter(({ name }) => names.includes(name as AttributeName));
    expect(shared.length).toBeGreaterThanOrEqual(lines.length > 0 ? 1 : 0);
  });
});
