import {
  type GuestNetwork,
  type Guests,
  hostPart,
  listGone,
  networkOf,
  type Place,
  toColons,
} from "./network.ts";

export const TABLE = "foyer_gateway";
/** The major numbers of the two queues: towards the guests, and towards the internet. */
export const DOWN_QUEUE = "1";
export const UP_QUEUE = "2";

/**
 * How many names a device may ask for before it is let in: enough for the probes of a phone that joins,
 * too little to carry anything through names.
 */
const NAMES_BURST = 150;
const NAMES_PER_SECOND = 2;

/** What is no internet (RFC 6890): the shop's own network, other guests', the box's other sides. */
const NOT_INTERNET = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"],
];

/** nft(8): both tables, put in the place of earlier ones in one transaction. */
export function writeRuleset(network: GuestNetwork, guests: Guests): string {
  return [
    ...writeTable("inet", [...writeSets(network), ...writeChains(network)]),
    ...writeTable("arp", [...LEASED, ...writeClaims(network)]),
    ...addElements(network, guests),
    "",
  ].join("\n");
}

function writeTable(family: "inet" | "arp", lines: readonly string[]): string[] {
  const table = `table ${family} ${TABLE}`;
  return [`${table} {}`, `delete ${table}`, `${table} {`, ...indent(lines), "}"];
}

/** What turns the one into the other, in one transaction; empty: nothing does. */
export function writeChanges(network: GuestNetwork, before: Guests, after: Guests): string {
  const between = (one: Guests, other: Guests): Guests => ({
    leased: listGone(one.leased, other.leased),
    online: listGone(one.online, other.online),
  });
  const lines = [
    ...changeElements("delete", network, between(before, after)),
    ...addElements(network, between(after, before)),
  ];
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

const addElements = (network: GuestNetwork, guests: Guests) =>
  changeElements("add", network, guests);

function changeElements(
  verb: "add" | "delete",
  { prefix }: GuestNetwork,
  { leased, online }: Guests,
): string[] {
  const line = (set: string, elements: string[], family: "inet" | "arp" = "inet") =>
    elements.length === 0
      ? []
      : [`${verb} element ${family} ${TABLE} ${set} { ${elements.join(", ")} }`];
  const pairs = (list: readonly Place[]) => list.map(({ mac, ip }) => `${toColons(mac)} . ${ip}`);
  const queue = (major: string) =>
    online.map(({ ip }) => `${ip} : ${major}:${classOf(ip, prefix)}`);
  return [
    ...line("leased", pairs(leased)),
    ...line("leased", pairs(leased), "arp"),
    ...line("online", pairs(online)),
    ...line(
      "online_ips",
      online.map(({ ip }) => ip),
    ),
    ...line("down_queue", queue(DOWN_QUEUE)),
    ...line("up_queue", queue(UP_QUEUE)),
  ];
}

/** tc's minor number of a guest's class, in hex. 1 is everybody else's, and the gateway is no guest. */
export const classOf = (ip: string, prefix: number): string =>
  (hostPart(ip, prefix) + 1).toString(16);

const set = (name: string, ...lines: string[]) => [`set ${name} {`, ...indent(lines), "}"];
/** Which device has which address of the box's: a table knows no other's sets. */
const LEASED = set("leased", "type ether_addr . ipv4_addr");

function writeSets({ shopNetworks }: GuestNetwork): string[] {
  const private4 = [...new Set([...NOT_INTERNET, ...shopNetworks])].join(", ");
  return [
    ...LEASED,
    // What each of them sends is counted in one, what they are sent in the other.
    ...set("online", "type ether_addr . ipv4_addr", "counter"),
    ...set("online_ips", "type ipv4_addr", "counter"),
    ...set("garden", "type ipv4_addr", "size 16384", "timeout 1d"),
    ...set(
      "not_internet",
      "type ipv4_addr",
      "flags interval",
      "auto-merge",
      `elements = { ${private4} }`,
    ),
    ...set("names_asked", "type ether_addr", "size 65535", "flags dynamic,timeout", "timeout 10m"),
    ...["map down_queue {", "\ttype ipv4_addr : classid", "}"],
    ...["map up_queue {", "\ttype ipv4_addr : classid", "}"],
  ];
}

function writeChains(network: GuestNetwork): string[] {
  return [
    ...writeDoor(network),
    ...writeLeading(network),
    ...writeInput(network),
    ...writeForward(network),
    ...writeTranslation(network),
  ];
}

/** Nobody sends under an address that the box did not give them: so an address proves its MAC. */
function writeDoor({ guestInterface }: GuestNetwork): string[] {
  return chain("door", "type filter hook prerouting priority raw; policy accept;", [
    `iifname != "${guestInterface}" return`,
    // Guests are given no IPv6: what speaks it by itself would lead around every rule below.
    "meta nfproto ipv6 drop",
    "udp sport 68 udp dport 67 accept",
    "ether saddr . ip saddr != @leased drop",
  ]);
}

/**
 * What the box learns by ARP (RFC 826) is where it sends what is a guest's: of the guests' network it hears
 * nobody but each device of the address that it gave it. Nobody takes another's address by saying so, and
 * nobody the box's own.
 */
function writeClaims({ guestInterface }: GuestNetwork): string[] {
  return chain("claims", "type filter hook input priority filter; policy accept;", [
    `iifname != "${guestInterface}" return`,
    "arp saddr ether . arp saddr ip != @leased drop",
  ]);
}

/** Before they are let in, names are answered by the box whoever was asked, and the web leads to it. */
function writeLeading(network: GuestNetwork): string[] {
  const { guestInterface, gatewayIp, redirectPort, doorstepPort } = network;
  return chain("leading", "type nat hook prerouting priority dstnat; policy accept;", [
    `iifname != "${guestInterface}" return`,
    "ether saddr . ip saddr @online return",
    `meta l4proto { tcp, udp } th dport 53 redirect to :${doorstepPort}`,
    `ip daddr ${gatewayIp} return`,
    "ip daddr @not_internet return",
    "ip daddr @garden tcp dport { 80, 443 } return",
    `tcp dport 80 redirect to :${redirectPort}`,
  ]);
}

function writeInput(network: GuestNetwork): string[] {
  const { guestInterface, gatewayIp, portalPorts, redirectPort, doorstepPort } = network;
  const ports = [...new Set([...portalPorts, redirectPort])].join(", ");
  return chain("input", "type filter hook input priority filter; policy accept;", [
    `iifname != "${guestInterface}" return`,
    "udp sport 68 udp dport 67 accept",
    `ip daddr != ${gatewayIp} drop`,
    "icmp type echo-request limit rate 20/second accept",
    `tcp dport { ${ports} } accept`,
    "ether saddr . ip saddr @online meta l4proto { tcp, udp } th dport 53 accept",
    `meta l4proto { tcp, udp } th dport ${doorstepPort} update @names_asked { ether saddr limit rate over ${NAMES_PER_SECOND}/second burst ${NAMES_BURST} packets } drop`,
    `meta l4proto { tcp, udp } th dport ${doorstepPort} accept`,
    "meta l4proto tcp reject with tcp reset",
    "reject with icmp type admin-prohibited",
  ]);
}

/**
 * Every packet is judged by whom it is of, and none because its connection was begun while they were
 * let in: so nothing of a guest's goes on once they are put out.
 */
function writeForward({ guestInterface, uplink }: GuestNetwork): string[] {
  const hook = "type filter hook forward priority filter; policy accept;";
  return [
    ...chain("forward", hook, [
      `iifname "${guestInterface}" jump from_guests`,
      `oifname "${guestInterface}" jump to_guests`,
    ]),
    ...chain("from_guests", null, [
      `oifname != "${uplink}" drop`,
      "ip daddr @not_internet reject with icmp type admin-prohibited",
      // The uplink may carry less in one packet than the guests' network does (PPPoE).
      "tcp flags syn tcp option maxseg size set rt mtu",
      "meta priority set ip saddr map @up_queue",
      "ether saddr . ip saddr @online accept",
      "ip daddr @garden tcp dport { 80, 443 } accept",
      // At once: whoever waits for an answer that never comes shows no page (the reference's C.1).
      "meta l4proto tcp reject with tcp reset",
      "reject with icmp type admin-prohibited",
    ]),
    ...chain("to_guests", null, [
      `iifname != "${uplink}" drop`,
      "ct state != { established, related } drop",
      "meta priority set ip daddr map @down_queue",
      "ip daddr @online_ips accept",
      "ip saddr @garden tcp sport { 80, 443 } accept",
      "drop",
    ]),
  ];
}

function writeTranslation({ uplink, gatewayIp, prefix }: GuestNetwork): string[] {
  return chain("translation", "type nat hook postrouting priority srcnat; policy accept;", [
    `ip saddr ${networkOf(gatewayIp, prefix)}/${prefix} oifname "${uplink}" masquerade`,
  ]);
}

function chain(name: string, hook: string | null, rules: string[]): string[] {
  return [`chain ${name} {`, ...indent([...(hook === null ? [] : [hook]), ...rules]), "}"];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `\t${line}`);
}
