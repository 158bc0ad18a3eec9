import { networkInterfaces } from "node:os";
import { findUplink } from "@foyer/gateway";
import { readText } from "./host.ts";

const ROUTES = "/proc/net/route";

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
  const outward = findUplink(readText(ROUTES) ?? "");
  const own = addresses.find(({ name }) => name === outward) ?? addresses[0];
  if (!own) return null;
  return port === 80 ? `http://${own.address}` : `http://${own.address}:${port}`;
}
