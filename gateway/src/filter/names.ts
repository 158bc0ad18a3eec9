import { type GuestNetwork, hostPart, networkOf, toAddress, toNumber } from "./network.ts";
import { TABLE } from "./ruleset.ts";

/** What guests are told by DHCP and by names. */
export type NameService = {
  /** Whom the box asks; none: whom it asks itself, whoever that is just then. */
  nameServers: readonly string[];
  /** RFC 8910: the address of the Captive Portal API. Null: there is none that has a certificate. */
  captiveApi: string | null;
  /** Names that lead to the box: the portal's own, and the box's public one. */
  portalNames: readonly string[];
  /** What may be reached before a guest is let in: names, and all below them. */
  walledGarden: readonly string[];
  leaseFile: string;
};

/** What is known of names before anybody has told a public one. */
export type OwnNames = Omit<NameService, "walledGarden" | "leaseFile"> & {
  /** Where the portal serves https; null: nowhere, so a public name is of no use. */
  tlsPort: number | null;
};

/** The same under the box's public name; null: it has none that phones believe. */
export function withPublicName(names: OwnNames, publicName: string | null): OwnNames {
  const { captiveApi, portalNames, tlsPort } = names;
  if (publicName === null || tlsPort === null) return names;
  return {
    ...names,
    // What venue IT has set goes before it.
    captiveApi: captiveApi ?? captiveApiAt(publicName, tlsPort),
    portalNames: [...portalNames, publicName],
  };
}

/** Where the API of RFC 8908 is, over TLS: portal/src/capture has its path. */
export function captiveApiAt(name: string, port: number): string {
  return `https://${name}${port === HTTPS_PORT ? "" : `:${port}`}/captive-portal/api`;
}

const HTTPS_PORT = 443;

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
    // One MAC has one address, whatever else is told of who asks: by a second one, for the same MAC with an
    // identifier of their own (RFC 2132 §9.14), anybody would take a guest from where they are heard.
    "dhcp-ignore-clid",
    // What a device calls itself is its owner's name often enough, and would be told to every guest who asks by
    // name or by address; and one that calls itself wpad would be asked by others for their way out.
    "dhcp-ignore-names",
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
  const { portalNames, nameServers } = service;
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
    ...portalNames.map((each) => `address=/${each}/${gatewayIp}`),
    ...nameServers.map((each) => `server=${each}`),
  ];
}

const maskOf = (prefix: number) => toAddress(2 ** 32 - 2 ** (32 - prefix));
const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
