import { isIPv4 } from "node:net";
import { type GuestNetwork, isIn, type Place, toDashes } from "./network.ts";

/** An address that the box gave a device. */
export type Lease = Place & {
  /** Seconds since 1970, by the machine's clock. */
  until: number;
  /** The client identifier it asked with (RFC 2132 §9.14), in hex; `*`: none. One device keeps to one. */
  clientId: string;
};

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/**
 * dnsmasq's file of leases: when it ends, MAC, address, name, id. The name is the guest's own word and
 * is read by nobody. Lines of another kind (DHCPv6) and half a line, while it is being written, are
 * passed over.
 */
export function readLeases(text: string, network: GuestNetwork): Lease[] {
  const byIp = new Map<string, Lease>();
  for (const line of text.split("\n")) {
    const [until = "", mac = "", ip = "", , clientId] = line.split(" ");
    if (clientId === undefined || !/^\d{1,12}$/.test(until) || !MAC.test(mac) || !isIPv4(ip))
      continue;
    const lease = { mac: toDashes(mac), ip, until: Number(until), clientId };
    if (isIn(ip, network)) byIp.set(ip, lease);
  }
  // A device that was given a second address is at the newer one: so is whoever has cloned its MAC and asked
  // with another id, which nas/doubts.ts sees.
  const byMac = new Map<string, Lease>();
  for (const lease of byIp.values()) {
    const other = byMac.get(lease.mac);
    if (!other || other.until <= lease.until) byMac.set(lease.mac, lease);
  }
  return [...byMac.values()];
}
