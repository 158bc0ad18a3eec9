import { isIPv4 } from "node:net";
import { type GuestNetwork, isIn, type Place, toDashes } from "./network.ts";

/** An address that the box gave a device. `until`: seconds since 1970, by the machine's clock. */
export type Lease = Place & { until: number };

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;

/**
 * dnsmasq's file of leases: when it ends, MAC, address, name, id. The name is the guest's own word and
 * is read by nobody. Lines of another kind (DHCPv6) and half a line, while it is being written, are
 * passed over.
 */
export function readLeases(text: string, network: GuestNetwork): Lease[] {
  const byIp = new Map<string, Lease>();
  for (const line of text.split("\n")) {
    const [until = "", mac = "", ip = "", , id] = line.split(" ");
    if (id === undefined || !/^\d{1,12}$/.test(until) || !MAC.test(mac) || !isIPv4(ip)) continue;
    if (isIn(ip, network)) byIp.set(ip, { mac: toDashes(mac), ip, until: Number(until) });
  }
  // A device that was given a second address, as by releases that told identifiers apart, is at the newer one:
  // of the two dnsmasq makes that one longer which it goes on giving.
  const byMac = new Map<string, Lease>();
  for (const lease of byIp.values()) {
    const other = byMac.get(lease.mac);
    if (!other || other.until <= lease.until) byMac.set(lease.mac, lease);
  }
  return [...byMac.values()];
}
