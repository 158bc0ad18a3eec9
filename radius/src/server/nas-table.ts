import { BlockList, isIP } from "node:net";
import type { Nas, RadiusNas } from "@foyer/contract";
import { prepareSecret, type SecretKey } from "../protocol/authenticator.ts";

export type KnownNas = { nas: RadiusNas; key: SecretKey };

export type NasTable = {
  /**
   * The NAS a packet from this address belongs to: the longest prefix wins. Of several behind one
   * prefix, such as a network's NAT, it is the one that has this NAS-Identifier, or else the one
   * that has none. What it calls itself is asked for only then, and chooses but the secret that its
   * packet is checked with.
   */
  find: (address: string, findIdentifier: () => string | null) => KnownNas | null;
  /** The NAS that one of a certificate's names belongs to (RFC 6614 §2.4), under RadSec's secret. */
  findByNames: (names: readonly string[]) => KnownNas | null;
  findById: (nasId: string) => KnownNas | null;
  list: () => KnownNas[];
  /** Sources in the settings that are neither an address nor a CIDR. */
  unreadable: readonly { nasId: string; source: string }[];
};

/** RFC 6614 §2.3: the secret is the same for all, since TLS is what protects. */
export const RADSEC_KEY = prepareSecret("radsec");

/** NAS that share a source, by NAS-Identifier, letter for letter. */
type Neighbours = ReadonlyMap<string, KnownNas>;

/**
 * Answers kept per source address, so that a prefix is searched once. What packets claim is kept
 * nowhere, so that a flood of claims costs a look-up each.
 */
const ANSWERS_MAX = 10_000;

type Entry = KnownNas & { prefix: number; family: "ipv4" | "ipv6"; range: BlockList };

/** Reads the NAS list of the branch settings; those that do not speak RADIUS are left out. */
export function buildNasTable(list: readonly Nas[]): NasTable {
  const entries: Entry[] = [];
  const byId = new Map<string, KnownNas>();
  const byName = new Map<string, KnownNas>();
  const unreadable: { nasId: string; source: string }[] = [];
  for (const nas of list) {
    if (!speaksRadius(nas)) continue;
    const key = prepareSecret(nas.radiusSecret);
    byId.set(nas.id, { nas, key });
    const { radsecName } = nas;
    if (radsecName) byName.set(radsecName.toLowerCase(), { nas, key: RADSEC_KEY });
    // One that comes by RadSec alone needs no source.
    if (radsecName && nas.source === "") continue;
    const range = readSource(nas.source);
    if (range) entries.push({ nas, key, ...range });
    else unreadable.push({ nasId: nas.id, source: nas.source });
  }
  entries.sort((left, right) => right.prefix - left.prefix);
  const answers = new Map<string, Neighbours>();
  const findNeighbours = (address: string): Neighbours => {
    const known = answers.get(address);
    if (known) return known;
    if (answers.size >= ANSWERS_MAX) answers.clear();
    const found = searchNeighbours(entries, address);
    answers.set(address, found);
    return found;
  };
  return {
    find: (source, findIdentifier) => {
      const neighbours = findNeighbours(plainAddress(source));
      const [only] = neighbours.values();
      // Who is alone may call itself anything, or nothing.
      if (neighbours.size <= 1) return only ?? null;
      return neighbours.get(findIdentifier() ?? "") ?? neighbours.get("") ?? null;
    },
    findByNames: (names) => {
      const name = names.find((each) => byName.has(each));
      return name === undefined ? null : (byName.get(name) ?? null);
    },
    findById: (nasId) => byId.get(nasId) ?? null,
    list: () => [...byId.values()],
    unreadable,
  };
}

/** All that an address can be, of the longest prefix; those of one prefix share one network. */
function searchNeighbours(entries: readonly Entry[], address: string): Neighbours {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const [nearest, ...others] = entries.filter((entry) => entry.range.check(address, family));
  const neighbours = new Map<string, KnownNas>();
  if (!nearest) return neighbours;
  // Settings of an earlier release may hold two of a name: the first is taken.
  for (const { prefix, nas, key } of [nearest, ...others])
    if (prefix === nearest.prefix && !neighbours.has(nas.nasIdentifier))
      neighbours.set(nas.nasIdentifier, { nas, key });
  return neighbours;
}

export function speaksRadius(nas: Nas): nas is RadiusNas {
  return "radiusSecret" in nas;
}

/** An IPv4 address as a dual-stack socket shows it (RFC 4291 §2.5.5.2) is that IPv4 address. */
export function plainAddress(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** An address, or a CIDR such as 10.1.0.0/16; null when it is neither. */
function readSource(source: string): Pick<Entry, "prefix" | "family" | "range"> | null {
  const [address = "", bits] = source.split("/");
  const version = isIP(address);
  if (version === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const [family, bitsMax] = version === 6 ? (["ipv6", 128] as const) : (["ipv4", 32] as const);
  const prefix = bits === undefined ? bitsMax : Number(bits);
  if (prefix > bitsMax) return null;
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return { prefix, family, range };
}

/** The address of a NAS whose source is one host; null for a network. */
export function hostOf(nas: RadiusNas): string | null {
  const [address = "", bits] = nas.source.split("/");
  const version = isIP(address);
  const isHost = bits === undefined || Number(bits) === (version === 6 ? 128 : 32);
  return version !== 0 && isHost ? address : null;
}
