import { describe, expect, test } from "vitest";
import { coovaOf, sampleSettings } from "../../test/box.ts";
import { buildNasTable, hostOf } from "./nas-table.ts";

const nasAt = (source: string, id = source) => ({ ...coovaOf(sampleSettings()), id, source });
const sourceOf = (sources: string[], address: string) =>
  buildNasTable(sources.map((source) => nasAt(source))).find(address)?.nas.source ?? null;

describe("which NAS a packet belongs to", () => {
  test.each([
    ["10.1.0.7", "10.1.0.7"],
    ["10.1.0.8", "10.1.0.0/24"],
    ["10.1.9.9", "10.1.0.0/16"],
    ["10.2.0.1", null],
    ["192.168.1.1", null],
  ])("of IPv4 sources the longest prefix around %s wins: %s", (address, source) => {
    const sources = ["10.1.0.0/16", "10.1.0.7", "10.1.0.0/24"];
    expect(sourceOf(sources, address)).toBe(source);
    expect(sourceOf(sources.toReversed(), address)).toBe(source);
  });

  test.each([
    ["2001:db8:1::5", "2001:db8:1::/48"],
    ["2001:db8:2::5", "2001:db8::/32"],
    ["2001:db9::1", null],
    ["10.0.0.1", null],
  ])("of IPv6 sources the longest prefix around %s wins: %s", (address, source) => {
    expect(sourceOf(["2001:db8::/32", "2001:db8:1::/48"], address)).toBe(source);
  });

  test("an IPv4 address on a dual-stack socket is that IPv4 address (RFC 4291 §2.5.5.2)", () => {
    expect(sourceOf(["10.1.0.0/16"], "::ffff:10.1.0.7")).toBe("10.1.0.0/16");
  });

  test("a prefix of 0 takes everybody of its family", () => {
    expect(sourceOf(["0.0.0.0/0"], "203.0.113.9")).toBe("0.0.0.0/0");
    expect(sourceOf(["0.0.0.0/0"], "2001:db8::1")).toBeNull();
  });

  test.each(["", "everywhere", "10.1.0.0/33", "10.1.0.0/x", "10.1.0", "::1/129"])(
    "the source %o is reported and takes nobody",
    (source) => {
      const table = buildNasTable([nasAt(source, "n-1"), nasAt("10.0.0.1")]);
      expect(table.unreadable).toEqual([{ nasId: "n-1", source }]);
      expect(table.find("10.1.0.1")).toBeNull();
      expect(table.find("10.0.0.1")).not.toBeNull();
    },
  );

  test("a NAS that does not speak RADIUS has no secret to be known by", () => {
    const openNds = sampleSettings().nas[1];
    if (openNds?.kind !== "opennds") throw new Error("the sample's second NAS is not an openNDS");
    const table = buildNasTable([openNds]);
    expect(table.find(openNds.source)).toBeNull();
    expect(table.findById(openNds.id)).toBeNull();
  });

  test.each([
    ["10.1.0.7", "10.1.0.7"],
    ["10.1.0.7/32", "10.1.0.7"],
    ["2001:db8::1/128", "2001:db8::1"],
    ["10.1.0.0/24", null],
    ["nowhere", null],
  ])("the source %s is the host %s", (source, host) => {
    expect(hostOf(nasAt(source))).toBe(host);
  });
});
