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

/** The networks that an interface is in now: the shop's, which no guest may reach. */
export function listNetworks(name: string, interfaces = networkInterfaces()): string[] {
  return (interfaces[name] ?? []).flatMap(({ family, address, cidr }) => {
    const prefix = Number(cidr?.split("/")[1]);
    return family === "IPv4" && prefix > 0 ? [`${networkOf(address, prefix)}/${prefix}`] : [];
  });
}
