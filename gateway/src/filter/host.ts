import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import { networkOf } from "./network.ts";

/** /proc/net/route: the interface of the way to everywhere; null: there is none. */
export function findUplink(table: string): string | null {
  for (const line of table.split("\n").slice(1)) {
    const [name = "", destination, , , , , , mask] = line.trim().split(/\s+/);
    if (destination === "00000000" && mask === "00000000") return name;
  }
  return null;
}

/** Those that were given, or else those that this machine asks itself (resolv.conf(5)). */
export function readNameServers(given: string, resolvConf: string): string[] {
  const words = given.split(/[\s,]+/).filter((each) => each !== "");
  if (words.length > 0) return words.every((each) => isIPv4(each)) ? words : [];
  return [...resolvConf.matchAll(/^nameserver\s+(\S+)/gm)]
    .map((match) => match[1] ?? "")
    .filter((each) => isIPv4(each));
}

/** The networks that an interface is in now: the shop's, which no guest may reach. */
export function listNetworks(name: string, interfaces = networkInterfaces()): string[] {
  return (interfaces[name] ?? []).flatMap(({ family, address, cidr }) => {
    const prefix = Number(cidr?.split("/")[1]);
    return family === "IPv4" && prefix > 0 ? [`${networkOf(address, prefix)}/${prefix}`] : [];
  });
}
