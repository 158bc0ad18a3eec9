import { readFile } from "node:fs/promises";
import { normaliseMac } from "./nas/index.ts";

/** Which MAC the box itself sees behind an address; null when it cannot know. */
export type FindMacOfAddress = (address: string) => Promise<string | null>;

const NEIGHBOURS = "/proc/net/arp";
/** linux/if_arp.h: the entry is complete. */
const ATF_COM = 0x2;

/** Looks into the kernel's neighbour table. Behind a router or off Linux it knows nothing. */
export const findMacInNeighbours: FindMacOfAddress = async (address) => {
  const table = await readFile(NEIGHBOURS, "utf8").catch(() => "");
  return findMacInTable(table, address);
};

/** Reads the text of /proc/net/arp: address, hardware type, flags, MAC, mask, device. */
export function findMacInTable(table: string, address: string): string | null {
  const plain = address.replace(/^::ffff:/, "");
  for (const line of table.split("\n").slice(1)) {
    const [ip, , flags, mac = ""] = line.trim().split(/\s+/);
    if (ip === plain && (Number(flags) & ATF_COM) !== 0) return normaliseMac(mac);
  }
  return null;
}
