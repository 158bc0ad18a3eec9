import { type GuestNetwork, hostPart, networkOf, toAddress, toNumber } from "./network.ts";
import { TABLE } from "./ruleset.ts";

/** What guests are told by DHCP and by names. */
export type NameService = {
  /** Whom the box asks; none: whom it asks itself, whoever that is just then. */
  nameServers: readonly string[];
  /** RFC 8910: the address of the Captive Portal API. Null: there is none that has a certificate. */
  captiveApi: string | null;
  /** The portal's name, which leads to the box; null: it goes by its address. */
  portalName: string | null;
  /** What may be reached before a guest is let in: names, and all below them. */
  walledGarden: readonly string[];
  leaseFile: string;
};

/** How long an address is a guest's: who left gives it back, and a day's guests fit into the network. */
export const LEASE_SECONDS = 3600;
const LEASES_MAX = 4096;

/** dnsmasq(8) for DHCP, and for the names of guests who are let in. */
export function writeLeaseService(network: GuestNetwork, service: NameService): string {
  const { gatewayIp, prefix } = network;
  const base = toNumber(networkOf(gatewayIp, prefix));
  const size = 2 ** (32 - prefix);
  const own = hostPart(gatewayIp, prefix);
  // The router stands at the one end of its network or the other: addresses are handed out beside it.
  const [first, last] = own < size / 2 ? [own + 1, size - 2] : [1, own - 1];
  const { captiveApi } = service;
  return lines([
    ...common(network, service),
    "port=53",
    "cache-size=2000",
    "dhcp-authoritative",
    // Who has no lease is not heard (ruleset.ts, "door"), so no address is in use that must be tried.
    "no-ping",
    `dhcp-range=${toAddress(base + first)},${toAddress(base + last)},${maskOf(prefix)},${LEASE_SECONDS}`,
    `dhcp-lease-max=${LEASES_MAX}`,
    `dhcp-leasefile=${service.leaseFile}`,
    `dhcp-option=option:router,${gatewayIp}`,
    `dhcp-option=option:dns-server,${gatewayIp}`,
    // In every answer, asked for or not (the reference's C.3).
    ...(captiveApi === null ? [] : [`dhcp-option-force=114,${captiveApi}`]),
    "quiet-dhcp",
  ]);
}

/**
 * dnsmasq(8) for the names that are asked for before a guest is let in. Nothing is remembered, so that
 * each address of the walled garden is put into the set whenever somebody is told it; and no kind of
 * record is passed on that carries more than an address.
 */
export function writeDoorstep(network: GuestNetwork, service: NameService): string {
  return lines([
    ...common(network, service),
    `port=${network.doorstepPort}`,
    "cache-size=0",
    "filter-AAAA",
    "filter-rr=ANY,TXT,NULL,MX,SRV,NAPTR,HTTPS,SVCB,CAA,TLSA,SSHFP,URI,RP",
    ...service.walledGarden.map((name) => `nftset=/${name}/4#inet#${TABLE}#garden`),
  ]);
}

function common({ guestInterface, gatewayIp }: GuestNetwork, service: NameService): string[] {
  const { portalName, nameServers } = service;
  return [
    `interface=${guestInterface}`,
    "except-interface=lo",
    "bind-dynamic",
    // dnsmasq looks at the file again when it changes: an uplink may come up later than the box.
    nameServers.length === 0 ? "resolv-file=/etc/resolv.conf" : "no-resolv",
    "no-hosts",
    "domain-needed",
    "bogus-priv",
    "log-facility=-",
    "pid-file=",
    ...(portalName === null ? [] : [`address=/${portalName}/${gatewayIp}`]),
    ...nameServers.map((each) => `server=${each}`),
  ];
}

const maskOf = (prefix: number) => toAddress(2 ** 32 - 2 ** (32 - prefix));
const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
