import type { Limits } from "@foyer/admission";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePacket, encodePacket, type Packet } from "../protocol/packet.ts";
import { findValue } from "../protocol/values.ts";
import { limitAttributes, type VendorName, vendors } from "./index.ts";
import { readSessionClass, sessionClass } from "./session-class.ts";
import { joinGigawords, splitGigawords } from "./vendor.ts";

const NONE: Limits = {
  sessionSeconds: null,
  idleSeconds: null,
  uploadKbps: null,
  downloadKbps: null,
  sessionBytes: null,
};

/** The limits of an Access-Accept as that kind of NAS reads them. */
const sent = (vendor: VendorName, limits: Partial<Limits>): Packet => {
  const attributes = limitAttributes(vendor, { ...NONE, ...limits });
  const authenticator = Buffer.alloc(16);
  const decoded = decodePacket(encodePacket({ code: 2, identifier: 0, authenticator, attributes }));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};

const anyLimits = fc.record({
  sessionSeconds: fc.option(fc.integer({ min: 60, max: 2 ** 40 })),
  idleSeconds: fc.option(fc.integer({ min: 60, max: 2 ** 40 })),
  uploadKbps: fc.option(fc.integer({ min: 1, max: 2 ** 40 })),
  downloadKbps: fc.option(fc.integer({ min: 1, max: 2 ** 40 })),
  sessionBytes: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
});

describe.each(Object.keys(vendors) as VendorName[])("every vendor: %s", (vendor) => {
  test("no limit says nothing but how often to report", () => {
    const packet = sent(vendor, {});
    expect(packet.attributes).toHaveLength(1);
    expect(findValue(packet, "Acct-Interim-Interval")).toBe(600);
  });

  test("limits of time are in the attributes every NAS knows (RFC 2865 §5.27, §5.28)", () => {
    const packet = sent(vendor, { sessionSeconds: 3600, idleSeconds: 600 });
    expect(findValue(packet, "Session-Timeout")).toBe(3600);
    expect(findValue(packet, "Idle-Timeout")).toBe(600);
  });

  test("a rate in one direction leaves the other free", () => {
    const up = sent(vendor, { uploadKbps: 512 });
    const down = sent(vendor, { downloadKbps: 512 });
    expect(up.attributes.length).toBe(down.attributes.length);
    expect(up.bytes.equals(down.bytes)).toBe(false);
  });

  test("any limits fit into a packet, each attribute once", () => {
    fc.assert(
      fc.property(anyLimits, (limits) => {
        const names = sent(vendor, limits).attributes.map(
          ({ vendor: id, type }) => `${id}/${type}`,
        );
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe("CoovaChilli", () => {
  test("rates are in bit/s for WISPr and kbit/s for ChilliSpot", () => {
    const packet = sent("coova", { uploadKbps: 512, downloadKbps: 2048 });
    expect(findValue(packet, "WISPr-Bandwidth-Max-Up")).toBe(512_000);
    expect(findValue(packet, "WISPr-Bandwidth-Max-Down")).toBe(2_048_000);
    expect(findValue(packet, "ChilliSpot-Bandwidth-Max-Up")).toBe(512);
    expect(findValue(packet, "ChilliSpot-Bandwidth-Max-Down")).toBe(2048);
  });

  test("volume above 4 GiB goes into Gigawords", () => {
    const packet = sent("coova", { sessionBytes: 3 * 2 ** 32 + 5 });
    expect(findValue(packet, "ChilliSpot-Max-Total-Octets")).toBe(5);
    expect(findValue(packet, "ChilliSpot-Max-Total-Gigawords")).toBe(3);
  });
});

describe("MikroTik", () => {
  test("Rate-Limit is upload/download, with 0 for no limit", () => {
    const rate = (limits: Partial<Limits>) =>
      findValue(sent("mikrotik", limits), "Mikrotik-Rate-Limit");
    expect(rate({ uploadKbps: 512, downloadKbps: 2048 })).toBe("512k/2048k");
    expect(rate({ downloadKbps: 2048 })).toBe("0/2048k");
    expect(rate({ uploadKbps: 512 })).toBe("512k/0");
    expect(rate({})).toBeNull();
  });

  test("volume above 4 GiB goes into Gigawords", () => {
    const packet = sent("mikrotik", { sessionBytes: 2 ** 32 });
    expect(findValue(packet, "Mikrotik-Total-Limit")).toBe(0);
    expect(findValue(packet, "Mikrotik-Total-Limit-Gigawords")).toBe(1);
  });
});

test("RFC 2869 §5.1: a count split into Gigawords and joined again is the same count", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      const { octets, gigawords } = splitGigawords(bytes);
      expect(octets).toBeLessThan(2 ** 32);
      expect(joinGigawords(octets, gigawords)).toBe(bytes);
    }),
  );
});

test("RFC 2865 §5.25: a session's time limit is read back from its Class", () => {
  const read = (sessionSeconds: number | null) =>
    readSessionClass(Buffer.from(sessionClass({ ...NONE, sessionSeconds }).value));
  expect(read(14_400)).toBe(14_400);
  expect(read(null)).toBeNull();
  for (const foreign of ["", "another server's", "foyer session=", "foyer session=1e9"])
    expect(readSessionClass(Buffer.from(foreign))).toBeNull();
});
