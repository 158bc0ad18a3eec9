import { isIPv4 } from "node:net";

/** The guests' network, and what of the box they may reach before they are let in. */
export type GuestNetwork = {
  /** Where the dumb access points hang: a network interface, or a bridge of several. */
  guestInterface: string;
  /** The way to the internet. */
  uplink: string;
  /** The box on the guests' network: their router, their name server, and their portal. */
  gatewayIp: string;
  prefix: number;
  /** The portal's own, http and https. */
  portalPorts: readonly number[];
  /** Where whatever a guest asks of any web server leads before they are let in. */
  redirectPort: number;
  /** Who answers names before they are let in. */
  doorstepPort: number;
  /** What they may not reach besides private addresses: the shop's own network. */
  shopNetworks: readonly string[];
  /** What the way to the internet carries; null: nobody has said, and guests do not share it by the box. */
  line: Rates;
};

/** Whom the box let onto the internet. Null is no limit. */
export type Rates = { uploadKbps: number | null; downloadKbps: number | null };

/** A device at the address that the box gave it. MACs are AA-BB-CC-DD-EE-FF, as everywhere. */
export type Place = { mac: string; ip: string };
export type OnlineGuest = Place & Rates;

/** Whom the packet filter knows. */
export type Guests = { leased: readonly Place[]; online: readonly OnlineGuest[] };

/** A class of tc has 16 bits; a /17 is more guests than a box feeds, a /29 less than a shop has. */
export const PREFIX_MIN = 17;
export const PREFIX_MAX = 29;

const INTERFACE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;
/** What may stand in a rule as the name of an interface (linux/if.h: IFNAMSIZ is 16). */
export const isInterface = (name: string): boolean => INTERFACE.test(name);

export function toNumber(ip: string): number {
  if (!isIPv4(ip)) throw new Error(`${ip} is no IPv4 address`);
  return ip.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

export const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");

/** The part of an address that tells its host from the others of its network. */
export const hostPart = (ip: string, prefix: number): number => toNumber(ip) % 2 ** (32 - prefix);

export const networkOf = (ip: string, prefix: number): string =>
  toAddress(toNumber(ip) - hostPart(ip, prefix));

export function isIn(ip: string, { gatewayIp, prefix }: GuestNetwork): boolean {
  return isIPv4(ip) && networkOf(ip, prefix) === networkOf(gatewayIp, prefix);
}

/** As the kernel's tools write it. */
export const toColons = (mac: string): string => mac.replaceAll("-", ":").toLowerCase();
export const toDashes = (mac: string): string => mac.replaceAll(":", "-").toUpperCase();

/** Those of the first list who are not at that place in the second. */
export function listGone<P extends Place>(before: readonly P[], after: readonly Place[]): P[] {
  const there = new Set(after.map(({ mac, ip }) => `${mac} ${ip}`));
  return before.filter(({ mac, ip }) => !there.has(`${mac} ${ip}`));
}
