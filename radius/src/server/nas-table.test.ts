import type { Nas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { coovaOf, sampleSettings } from "../../test/box.ts";
import { buildNasTable, hostOf } from "./nas-table.ts";

const nasAt = (source: string, id = source) => ({ ...coovaOf(sampleSettings()), id, source });
const nobody = () => null;
const sourceOf = (sources: string[], address: string) =>
  buildNasTable(sources.map((source) => nasAt(source))).find(address, nobody)?.nas.source ?? null;

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
      expect(table.find("10.1.0.1", nobody)).toBeNull();
      expect(table.find("10.0.0.1", nobody)).not.toBeNull();
    },
  );

  test("a NAS that does not speak RADIUS has no secret to be known by", () => {
    const openNds = sampleSettings().nas[1];
    if (openNds?.kind !== "opennds") throw new Error("the sample's second NAS is not an openNDS");
    const table = buildNasTable([openNds]);
    expect(table.find(openNds.source, nobody)).toBeNull();
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

describe("several NAS behind one source", () => {
  const named = (nasIdentifier: string, source = "203.0.113.7") => ({
    ...nasAt(source, `${nasIdentifier || "nameless"} at ${source}`),
    nasIdentifier,
    radiusSecret: `secret of ${nasIdentifier}`,
  });
  const idOf = (list: Nas[], claimed: string | null, address = "203.0.113.7") =>
    buildNasTable(list).find(address, () => claimed)?.nas.id ?? null;

  test("are told apart by NAS-Identifier, letter for letter", () => {
    const list = [named("lobby"), named("Lobby"), named("garden")];
    for (const nas of list) expect(idOf(list, nas.nasIdentifier)).toBe(nas.id);
    for (const claimed of ["LOBBY", "lobby ", "", null]) expect(idOf(list, claimed)).toBeNull();
  });

  test("the one without an identifier is taken for all that name no other", () => {
    const list = [named("lobby"), named("")];
    for (const claimed of ["garden", "", null])
      expect(idOf(list, claimed)).toBe("nameless at 203.0.113.7");
    expect(idOf(list, "lobby")).toBe("lobby at 203.0.113.7");
  });

  test("one that is alone may call itself anything, or nothing", () => {
    for (const claimed of ["lobby", "another", "", null])
      expect(idOf([named("lobby")], claimed)).toBe("lobby at 203.0.113.7");
  });

  test("the longest prefix comes first: a name behind a shorter one is not looked for", () => {
    const list = [named("lobby"), named("garden"), named("cellar", "203.0.113.0/24")];
    expect(idOf(list, "cellar")).toBeNull();
    expect(idOf(list, "cellar", "203.0.113.8")).toBe("cellar at 203.0.113.0/24");
  });

  test("spellings of one network are one source", () => {
    const list = [named("lobby", "203.0.113.0/24"), named("garden", "203.0.113.9/24")];
    for (const nas of list) expect(idOf(list, nas.nasIdentifier)).toBe(nas.id);
    const hosts = [named("lobby"), named("garden", "203.0.113.7/32")];
    for (const nas of hosts) expect(idOf(hosts, nas.nasIdentifier)).toBe(nas.id);
  });

  test("each has the secret of its own", () => {
    const table = buildNasTable([named("lobby"), named("garden")]);
    const secretOf = (claimed: string) => table.find("203.0.113.7", () => claimed)?.key.bytes;
    expect(secretOf("lobby")?.toString()).toBe("secret of lobby");
    expect(secretOf("garden")?.toString()).toBe("secret of garden");
  });

  test("of two that could not be told apart the first is taken", () => {
    const list = [named("lobby"), { ...named("lobby"), id: "twin" }, named("garden")];
    expect(idOf(list, "lobby")).toBe("lobby at 203.0.113.7");
  });

  test("what a packet claims is not even read where it decides nothing", () => {
    const table = buildNasTable([named("lobby"), named("garden", "10.1.0.0/16")]);
    const unread = () => {
      throw new Error("it was read");
    };
    for (const address of ["203.0.113.7", "10.1.0.1", "192.0.2.1"])
      expect(() => table.find(address, unread)).not.toThrow();
  });

  test("a flood of claims from many addresses costs a look-up each, and is not kept", () => {
    const table = buildNasTable([named("lobby", "0.0.0.0/0"), named("garden", "0.0.0.0/0")]);
    for (let at = 0; at < 30_000; at++) {
      const address = `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
      expect(table.find(address, () => `claim ${at}`)).toBeNull();
    }
    expect(table.find("10.0.0.1", () => "garden")?.nas.nasIdentifier).toBe("garden");
  });
});
