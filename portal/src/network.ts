import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { setTimeout as rest } from "node:timers/promises";
import { promisify } from "node:util";
import { readNetwork } from "@foyer/contract";
import { normaliseMac } from "./nas/index.ts";

/** Which MAC the box itself sees behind an address; null when it cannot know. */
export type FindMacOfAddress = (address: string) => Promise<string | null>;

const IPV4_NEIGHBOURS = "/proc/net/arp";
/** linux/if_arp.h: the entry is complete. */
const ATF_COM = 0x2;
/** Linux tells of IPv6 neighbours by netlink alone, which Node does not speak: iproute2 does. */
const IPV6_NEIGHBOURS = ["ip", ["-6", "neigh", "show"]] as const;
const READING_MILLISECONDS = 2000;
/** Less than what a guest notices. */
const REST_MILLISECONDS = 50;
/** As much as 50,000 entries; the kernel keeps 1,024 where nobody told it to keep more. */
const READING_BYTES_MAX = 4 * 1024 * 1024;
/** What one line to the Internet has (RFC 6177 §2), and any device of it may take its addresses of. */
const IPV6_NETWORK_BITS = 64;

/** The texts of the kernel's two tables; empty where they cannot be read. */
export type ReadTables = { readIpv4: () => Promise<string>; readIpv6: () => Promise<string> };

const kernel: ReadTables = {
  readIpv4: () => readFile(IPV4_NEIGHBOURS, "utf8").catch(() => ""),
  readIpv6: async () => {
    const limits = { timeout: READING_MILLISECONDS, maxBuffer: READING_BYTES_MAX };
    const read = promisify(execFile)(...IPV6_NEIGHBOURS, limits);
    return await read.then(({ stdout }) => stdout).catch(() => "");
  },
};

/** Looks into the kernel's neighbour tables. Behind a router or off Linux they know nothing. */
export function openNeighbours({ readIpv4, readIpv6 }: ReadTables = kernel): FindMacOfAddress {
  const readNextIpv6 = oneAtATime(async () => readNdp(await readIpv6()));
  return async (address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
    return isIPv6(plain)
      ? ((await readNextIpv6()).get(plain) ?? null)
      : findMacInArp(await readIpv4(), plain);
  };
}

/**
 * However many ask at once: what is begun after they asked serves them all, since what was begun before
 * may not know them yet. Between two there is a rest: who asks without end would keep the box busy.
 */
function oneAtATime<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<Result> | null = null;
  return () => {
    next ??= last.then(() => {
      next = null;
      const reading = read();
      last = reading.then(() => rest(REST_MILLISECONDS));
      return reading;
    });
    return next;
  };
}

/** Reads the text of /proc/net/arp: address, hardware type, flags, MAC, mask, device. */
export function findMacInArp(table: string, address: string): string | null {
  for (const line of table.split("\n").slice(1)) {
    const [ip, , flags, mac = ""] = line.trim().split(/\s+/);
    if (ip === address && (Number(flags) & ATF_COM) !== 0) return normaliseMac(mac);
  }
  return null;
}

/**
 * Reads what `ip -6 neigh show` prints: an address, its device, and its MAC once it has answered. Gives
 * the MACs by address, and by address and zone: every interface has link-local addresses of its own.
 */
export function readNdp(table: string): Map<string, string> {
  const macs = new Map<string, string>();
  for (const line of table.split("\n")) {
    const [ip = "", ...words] = line.trim().split(/\s+/);
    const after = (name: string) => words[words.indexOf(name) + 1] ?? "";
    const mac = words.includes("lladdr") ? normaliseMac(after("lladdr")) : null;
    if (mac === null) continue;
    if (!macs.has(ip)) macs.set(ip, mac);
    macs.set(`${ip}%${after("dev")}`, mac);
  }
  return macs;
}

/**
 * What limits go by where no device is known: an IPv4 address, of which a network gives each device
 * one, or the whole /64 of an IPv6 address.
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%", 1);
  if (!isIPv6(plain)) return address;
  return readNetwork(`${plain}/${IPV6_NETWORK_BITS}`) ?? address;
}
