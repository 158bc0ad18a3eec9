import { timingSafeEqual } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type { Nas } from "@foyer/contract";
import type { Arrival } from "./adapter.ts";

/** Compares two texts in a time that says nothing about where they differ, only of their length. */
export function isSameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Where browsers may be handed back to; nowhere by a NAS that leads none here. */
export function loginOriginsOf(nas: Nas): readonly string[] {
  return "loginOrigins" in nas ? nas.loginOrigins : [];
}

/** Of each NAS of the settings that are in force: written out once, and not at every page. */
const registeredOrigins = new WeakMap<Nas, ReadonlySet<string>>();

function registeredOf(nas: Nas): ReadonlySet<string> {
  const known = registeredOrigins.get(nas);
  if (known) return known;
  const origins = loginOriginsOf(nas).flatMap((each) => originOf(each) ?? []);
  const registered = new Set(origins);
  registeredOrigins.set(nas, registered);
  return registered;
}

/** The origin of a URL when the NAS is registered with it, or null. The only way to a hand-back. */
export function findLoginOrigin(nas: Nas, url: string): string | null {
  const registered = registeredOf(nas);
  if (registered.has(url)) return url;
  const origin = originOf(url);
  return origin !== null && registered.has(origin) ? origin : null;
}

/**
 * Whether a guest who came by this NAS may still be handed back to it: its settings may have changed
 * since. A NAS that no browser is handed back to has no origins to be taken off a list.
 */
export function isWayBackOpen(nas: Nas, { nasKind, handBack }: Arrival): boolean {
  if (nas.kind !== nasKind) return false;
  return !("loginOrigins" in nas) || findLoginOrigin(nas, handBack.origin ?? "") !== null;
}

/** An arrival is answered by the NAS it came by, and by no other. */
export function checkCameBy(nas: Nas, arrival: Arrival): void {
  if (arrival.nasId !== nas.id)
    throw new Error(`The arrival came by NAS ${arrival.nasId}, not by ${nas.id}`);
}

/** As findLoginOrigin, for an arrival read earlier: settings may have changed in between. */
export function getLoginOrigin(nas: Nas, arrival: Arrival): string {
  checkCameBy(nas, arrival);
  const origin = findLoginOrigin(nas, arrival.handBack.origin ?? "");
  if (origin === null)
    throw new Error(`NAS ${nas.id} has no login origin ${arrival.handBack.origin} any more`);
  return origin;
}

/**
 * Whether a request can be the guest's own: it comes from the address the NAS gave the guest, or,
 * where the NAS translates addresses, from the NAS. A signed link that was passed on to somebody
 * elsewhere keeps its signature, but not its source.
 */
export function comesFromGuest(nas: Nas, guestIp: string | null, remoteAddress: string): boolean {
  const remote = plainAddress(remoteAddress);
  return (guestIp !== null && remote === plainAddress(guestIp)) || comesFromNas(nas, remote);
}

/**
 * Whether a request comes from the NAS itself, as all do where it translates addresses. A source that
 * is a network is where RADIUS packets may come from, and its guests may well be in it: only a single
 * address is the NAS's own.
 */
export function comesFromNas(nas: Nas, remoteAddress: string): boolean {
  const address = ownAddressOf(nas);
  return address !== null && isSameAddress(address, plainAddress(remoteAddress));
}

/** Of each NAS of the settings that are in force: a page asks half a dozen times. */
const ownAddresses = new WeakMap<Nas, { address: string | null }>();

function ownAddressOf(nas: Nas): string | null {
  const known = ownAddresses.get(nas);
  if (known) return known.address;
  const [text = "", prefix] = nas.source.split("/");
  const family = isIP(text);
  const isSingle = prefix === undefined || Number(prefix) === (family === 6 ? 128 : 32);
  const address = family !== 0 && isSingle ? text : null;
  ownAddresses.set(nas, { address });
  return address;
}

/** Whether a request comes from where this NAS's own requests do: `source`, an address or a network. */
export function comesFromSource(nas: Pick<Nas, "source">, remoteAddress: string): boolean {
  const [address = "", prefix] = nas.source.split("/");
  const remote = plainAddress(remoteAddress).split("%", 1)[0] ?? "";
  const family = isIP(address);
  if (family === 0 || family !== isIP(remote)) return false;
  const kind = family === 6 ? "ipv6" : "ipv4";
  const list = new BlockList();
  list.addSubnet(address, prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix), kind);
  return list.check(remote, kind);
}

/** IPv6 has many ways to write one address. A zone names an interface of this box, not a peer. */
function isSameAddress(one: string, other: string): boolean {
  const plain = other.split("%", 1)[0] ?? "";
  const family = isIP(plain);
  if (family === 0 || family !== isIP(one)) return false;
  if (family === 4) return plain === one;
  const list = new BlockList();
  list.addAddress(one, "ipv6");
  return list.check(plain, "ipv6");
}

/** An IPv4 address that came in over an IPv6 socket, as IPv4 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  // IPv4 is what nearly all guests have, and is written in one way.
  if (!address.includes(":")) return address;
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, "");
}

function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.origin : null;
}
