import type { Limits } from "@foyer/admission";
import type { NasVendorName } from "@foyer/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AIRESPACE } from "../protocol/dictionary.ts";
import { decodePacket, encodePacket, type Packet } from "../protocol/packet.ts";
import { findValue } from "../protocol/values.ts";
import {
  changeAttributes,
  limitAttributes,
  listUnchangeable,
  listUntold,
  vendors,
} from "./index.ts";
import { joinGigawords, type LimitName, type NasVendor, splitGigawords } from "./vendor.ts";

const NONE: Limits = {
  sessionSeconds: null,
  idleSeconds: null,
  uploadKbps: null,
  downloadKbps: null,
  sessionBytes: null,
  sessionUploadBytes: null,
  sessionDownloadBytes: null,
};
const VOLUMES = ["sessionBytes", "sessionUploadBytes", "sessionDownloadBytes"] as const;

/** The limits of an Access-Accept as that kind of NAS reads them. */
const sent = (vendor: NasVendorName, limits: Partial<Limits>): Packet => {
  const attributes = limitAttributes(vendor, { ...NONE, ...limits });
  const authenticator = Buffer.alloc(16);
  const decoded = decodePacket(encodePacket({ code: 2, identifier: 0, authenticator, attributes }));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};

const anySeconds = fc.option(fc.integer({ min: 60, max: 2 ** 40 }));
const anyRate = fc.option(fc.integer({ min: 1, max: 2 ** 40 }));
const anyVolume = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const anyLimits = fc.record({
  ...{ sessionSeconds: anySeconds, idleSeconds: anySeconds },
  ...{ uploadKbps: anyRate, downloadKbps: anyRate },
  ...{ sessionBytes: anyVolume, sessionUploadBytes: anyVolume, sessionDownloadBytes: anyVolume },
});

const limitNames = Object.keys(NONE) as LimitName[];

describe.each(Object.keys(vendors) as NasVendorName[])("every vendor: %s", (name) => {
  const vendor: NasVendor = vendors[name];

  test("RFC 2869 §5.16: no limit says nothing but how often to report", () => {
    const packet = sent(name, {});
    expect(packet.attributes).toHaveLength(1);
    expect(findValue(packet, "Acct-Interim-Interval")).toBe(600);
    expect(listUntold(name, NONE)).toEqual([]);
  });

  test("the time of a session is in Session-Timeout (RFC 2865 §5.27)", () => {
    expect(findValue(sent(name, { sessionSeconds: 3600 }), "Session-Timeout")).toBe(3600);
  });

  test("idle time is in Idle-Timeout or nowhere (RFC 2865 §5.28)", () => {
    const isKept = vendor.keeps.includes("idleSeconds");
    expect(findValue(sent(name, { idleSeconds: 600 }), "Idle-Timeout")).toBe(isKept ? 600 : null);
  });

  test.each(limitNames)("%s alone is told, or listed as untold and left out", (limit) => {
    const limits = { ...NONE, [limit]: 3000 };
    const isTold = vendor.keeps.includes(limit);
    expect(sent(name, limits).bytes.equals(sent(name, {}).bytes)).toBe(!isTold);
    expect(listUntold(name, limits)).toEqual(isTold ? [] : [limit]);
  });

  test("a rate in one direction leaves the other free", () => {
    const up = sent(name, { uploadKbps: 512 });
    const down = sent(name, { downloadKbps: 512 });
    const isKept = vendor.keeps.includes("uploadKbps");
    expect(vendor.keeps.includes("downloadKbps")).toBe(isKept);
    expect(up.attributes.length).toBe(down.attributes.length);
    expect(up.bytes.equals(down.bytes)).toBe(!isKept);
  });

  test.each(VOLUMES)(
    "%s above 4 GiB is told in full or listed as untold, never cut short",
    (volume) => {
      const limits = { ...NONE, [volume]: 5 * 2 ** 32 + 7 };
      const isTold = vendor.keeps.includes(volume) && !vendor.highest?.[volume];
      const packet = sent(name, limits);
      expect(listUntold(name, limits)).toEqual(isTold ? [] : [volume]);
      expect(packet.attributes).toHaveLength(isTold ? 3 : 1);
      for (const share of isTold ? [5, 7] : []) {
        const values = packet.attributes.map((span) => packet.bytes.readUInt32BE(span.start));
        expect(values).toContain(share);
      }
    },
  );

  test("a volume of one way leaves the other free", () => {
    const up = vendor.keeps.includes("sessionUploadBytes");
    expect(vendor.keeps.includes("sessionDownloadBytes")).toBe(up);
    const told = VOLUMES.map((volume) => sent(name, { [volume]: 3000 }).bytes.toString("hex"));
    if (up) expect(new Set(told).size).toBe(VOLUMES.length);
  });

  test("an order names the session by something, and each thing once (RFC 5176 §3)", () => {
    const { names } = vendor.orders;
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(limitNames)(
    "%s is changed while a session goes on, or listed and left out",
    (limit) => {
      const limits = { ...NONE, [limit]: 3000 };
      const isChanged = vendor.orders.changes.includes(limit);
      expect(listUnchangeable(name, limits)).toEqual(isChanged ? [] : [limit]);
      const changed = changeAttributes(name, limits);
      if (!isChanged) expect(changed).toEqual([]);
      else expect(limitAttributes(name, limits)).toEqual(expect.arrayContaining(changed));
      expect(changed.length > 0).toBe(isChanged);
      // What it cannot be told at log-in it cannot be told later.
      if (isChanged) expect(vendor.keeps).toContain(limit);
    },
  );

  test("a change says nothing but limits: not how often to report", () => {
    fc.assert(
      fc.property(anyLimits, (limits) => {
        const types = changeAttributes(name, limits).map(({ vendor: id, type }) => `${id}/${type}`);
        expect(types).not.toContain("0/85");
        expect(new Set(types).size).toBe(types.length);
      }),
    );
    expect(changeAttributes(name, NONE)).toEqual([]);
    expect(listUnchangeable(name, NONE)).toEqual([]);
  });

  test("any limits fit into a packet, each attribute once, and none that is untold", () => {
    fc.assert(
      fc.property(anyLimits, (limits) => {
        const packet = sent(name, limits);
        const types = packet.attributes.map(({ vendor: id, type }) => `${id}/${type}`);
        expect(new Set(types).size).toBe(types.length);
        const untold = listUntold(name, limits);
        const told = { ...limits, ...Object.fromEntries(untold.map((limit) => [limit, null])) };
        expect(sent(name, told).bytes).toEqual(packet.bytes);
      }),
    );
  });
});

describe("CoovaChilli", () => {
  test("rates are in bit/s for WISPr and kbit/s for ChilliSpot", () => {
    const packet = sent("chillispot", { uploadKbps: 512, downloadKbps: 2048 });
    expect(findValue(packet, "WISPr-Bandwidth-Max-Up")).toBe(512_000);
    expect(findValue(packet, "WISPr-Bandwidth-Max-Down")).toBe(2_048_000);
    expect(findValue(packet, "ChilliSpot-Bandwidth-Max-Up")).toBe(512);
    expect(findValue(packet, "ChilliSpot-Bandwidth-Max-Down")).toBe(2048);
  });

  test("volume above 4 GiB goes into Gigawords", () => {
    const packet = sent("chillispot", { sessionBytes: 3 * 2 ** 32 + 5 });
    expect(findValue(packet, "ChilliSpot-Max-Total-Octets")).toBe(5);
    expect(findValue(packet, "ChilliSpot-Max-Total-Gigawords")).toBe(3);
  });

  test("RFC 2866 §5.3: input is what comes from the guest, who uploads it", () => {
    const limits = { sessionUploadBytes: 2 ** 32, sessionDownloadBytes: 2 ** 32 - 1 };
    const packet = sent("chillispot", limits);
    expect(findValue(packet, "ChilliSpot-Max-Input-Octets")).toBe(0);
    expect(findValue(packet, "ChilliSpot-Max-Input-Gigawords")).toBe(1);
    expect(findValue(packet, "ChilliSpot-Max-Output-Octets")).toBe(2 ** 32 - 1);
    expect(findValue(packet, "ChilliSpot-Max-Output-Gigawords")).toBeNull();
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

  test("it receives what the guest uploads, and transmits what they download", () => {
    const limits = { sessionUploadBytes: 7, sessionDownloadBytes: 2 ** 32 + 9 };
    const packet = sent("mikrotik", limits);
    expect(findValue(packet, "Mikrotik-Recv-Limit")).toBe(7);
    expect(findValue(packet, "Mikrotik-Recv-Limit-Gigawords")).toBeNull();
    expect(findValue(packet, "Mikrotik-Xmit-Limit")).toBe(9);
    expect(findValue(packet, "Mikrotik-Xmit-Limit-Gigawords")).toBe(1);
    expect(findValue(packet, "Mikrotik-Total-Limit")).toBeNull();
  });
});

describe("Airespace", () => {
  test("a rate binds TCP and UDP alike, and bursts no higher", () => {
    const packet = sent("airespace", { uploadKbps: 512, downloadKbps: 2048 });
    const told = packet.attributes
      .filter(({ vendor }) => vendor === AIRESPACE)
      .map(({ type, start }) => [type, packet.bytes.readUInt32BE(start)]);
    expect(Object.fromEntries(told)).toEqual({
      ...{ 7: 2048, 8: 2048, 9: 2048, 10: 2048 },
      ...{ 13: 512, 14: 512, 15: 512, 16: 512 },
    });
  });
});

describe("Cambium", () => {
  test("rates are WISPr's and volume has Gigawords", () => {
    const packet = sent("cambium", { uploadKbps: 512, sessionBytes: 2 ** 32 + 9 });
    expect(findValue(packet, "WISPr-Bandwidth-Max-Up")).toBe(512_000);
    expect(findValue(packet, "Cambium-Traffic-Quota-Limit-Total")).toBe(9);
    expect(findValue(packet, "Cambium-Traffic-Quota-Limit-Total-Gigwords")).toBe(1);
  });

  test("volume up and down has attributes of its own", () => {
    const packet = sent("cambium", { sessionUploadBytes: 2 ** 32 + 3, sessionDownloadBytes: 4 });
    expect(findValue(packet, "Cambium-Traffic-Quota-Limit-Up")).toBe(3);
    expect(findValue(packet, "Cambium-Traffic-Quota-Limit-Up-Gigwords")).toBe(1);
    expect(findValue(packet, "Cambium-Traffic-Quota-Limit-Down")).toBe(4);
  });
});

describe("pfSense", () => {
  test("rates are in bit/s and volume in octets", () => {
    const packet = sent("pfsense", { downloadKbps: 2048, sessionBytes: 2 ** 32 - 1 });
    expect(findValue(packet, "pfSense-Bandwidth-Max-Down")).toBe(2_048_000);
    expect(findValue(packet, "pfSense-Max-Total-Octets")).toBe(2 ** 32 - 1);
  });

  test("volume of 4 GiB is one more than it can be told", () => {
    const limits = { ...NONE, sessionBytes: 2 ** 32 };
    expect(findValue(sent("pfsense", limits), "pfSense-Max-Total-Octets")).toBeNull();
    expect(listUntold("pfsense", limits)).toEqual(["sessionBytes"]);
  });
});

describe.each(["plain", "fortinet", "ruckus"] as const)("%s", (name) => {
  test("rates are in bit/s and volume is untold", () => {
    const packet = sent(name, { uploadKbps: 512, downloadKbps: 2048 });
    expect(findValue(packet, "WISPr-Bandwidth-Max-Up")).toBe(512_000);
    expect(findValue(packet, "WISPr-Bandwidth-Max-Down")).toBe(2_048_000);
    expect(listUntold(name, { ...NONE, sessionBytes: 1 })).toEqual(["sessionBytes"]);
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
