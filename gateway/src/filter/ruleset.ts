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
/** How often a device may ask for an address: each answer is written to the card. */
const ASKS_BURST = 20;
const ASKS_PER_SECOND = 2;
/**
 * How many connections one device may have at once: several times what a laptop with a busy program has, and a
 * small part of what the kernel keeps track of for everybody, beyond which nobody's new one is let through.
 */
const CONNECTIONS_MAX = 2000;
/** The same with the box's own pages: more than any browser has, and few of those that the pages' servers take. */
const VISITS_MAX = 100;

const MAC_OCTETS = [0, 1, 2, 3, 4, 5];
const OCTET_VALUES = 256;
/** Where nft(8) finds a device's address, in bits: the source in Ethernet's header (IEEE 802.3 §3.1.1) … */
const SOURCE_BIT = 48;
/** … and chaddr, 28 octets into a DHCP message (RFC 2131 §2) behind UDP's header of 8. */
const CHADDR_BIT = 8 * (8 + 28);
/** op, htype and hlen, which begin that message: a request, over Ethernet, of an address of six octets. */
const ETHERNET_REQUEST = "@th,64,24 0x010106";

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

const COUNTED_DEVICES = ["type ether_addr", "size 65535", "flags dynamic,timeout", "timeout 10m"];
const COUNTED_CONNECTIONS = ["type ipv4_addr", "size 65535", "flags dynamic"];

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
    ...set("names_asked", ...COUNTED_DEVICES),
    ...set("addresses_asked", ...COUNTED_DEVICES),
    ...set("connections", ...COUNTED_CONNECTIONS),
    ...set("visits", ...COUNTED_CONNECTIONS),
    // Two octets that are one: nft compares what a packet says with a set, and not with the packet itself.
    ...set(
      "same_octets",
      `typeof @ll,${SOURCE_BIT},8 . @th,${CHADDR_BIT},8`,
      `elements = { ${Array.from({ length: OCTET_VALUES }, (_, octet) => `${octet} . ${octet}`).join(", ")} }`,
    ),
    ...["map down_queue {", "\ttype ipv4_addr : classid", "}"],
    ...["map up_queue {", "\ttype ipv4_addr : classid", "}"],
  ];
}

function writeChains(network: GuestNetwork): string[] {
  return [
    ...writeAsking(),
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
    "udp sport 68 udp dport 67 jump asking",
    "ether saddr . ip saddr != @leased drop",
  ]);
}

/**
 * DHCP goes by what a message says of whom it is (chaddr): it is heard of the device alone that sends it, so
 * nobody moves another's address, gives it back, or takes all there are under names of their making. What is
 * too short to say it is not heard either.
 */
function writeAsking(): string[] {
  const isSender = MAC_OCTETS.map(
    (octet) => `@ll,${SOURCE_BIT + 8 * octet},8 . @th,${CHADDR_BIT + 8 * octet},8 @same_octets`,
  ).join(" ");
  return chain("asking", null, [
    overLimit("addresses_asked", ASKS_PER_SECOND, ASKS_BURST),
    `${ETHERNET_REQUEST} ${isSender} accept`,
    "drop",
  ]);
}

/** Drops what one device sends beyond that many packets a second. */
const overLimit = (counted: string, perSecond: number, burst: number) =>
  `update @${counted} { ether saddr limit rate over ${perSecond}/second burst ${burst} packets } drop`;

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

/** Matches what would begin one connection more than an address may have at once. */
const beyond = (counted: string, most: number) =>
  `ct state new add @${counted} { ip saddr ct count over ${most} }`;

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
    `tcp dport { ${ports} } ${beyond("visits", VISITS_MAX)} reject with tcp reset`,
    `tcp dport { ${ports} } accept`,
    "ether saddr . ip saddr @online meta l4proto { tcp, udp } th dport 53 accept",
    `meta l4proto { tcp, udp } th dport ${doorstepPort} ${overLimit("names_asked", NAMES_PER_SECOND, NAMES_BURST)}`,
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
      `${beyond("connections", CONNECTIONS_MAX)} reject with icmp type admin-prohibited`,
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
