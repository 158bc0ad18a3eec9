import { networkInterfaces } from "node:os";
import { readText } from "./host.ts";

const ROUTES = "/proc/net/route";

/** The interface of the default route; null: there is none. Text of /proc/net/route. */
export function findDefaultInterface(routes: string): string | null {
  const lines = routes
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return (
    lines.find(([, destination, , , , , , mask]) => destination === ZERO && mask === ZERO)?.[0] ??
    null
  );
}
const ZERO = "00000000";

export function listOwnAddresses(): { name: string; address: string }[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => ({ name, address })),
  );
}

/** What guests would call this machine by its own address; null: it has none. */
export function findPortalOrigin(port: number): string | null {
  const addresses = listOwnAddresses();
  const outward = findDefaultInterface(readText(ROUTES) ?? "");
  const own = addresses.find(({ name }) => name === outward) ?? addresses[0];
  if (!own) return null;
  return port === 80 ? `http://${own.address}` : `http://${own.address}:${port}`;
}
