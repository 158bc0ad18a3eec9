import { networkInterfaces } from "node:os";
import { BOX_ADDRESSES_MAX } from "@foyer/contract";

/** Where this machine is on its networks: IPv4 first, as access points take it. */
export function listOwnAddresses(interfaces = networkInterfaces()): string[] {
  const all = Object.values(interfaces).flatMap((each) => each ?? []);
  const isLinkLocal = (address: string) => /^(fe[89ab]|169\.254\.)/i.test(address);
  return all
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
    .toSorted((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => address)
    .slice(0, BOX_ADDRESSES_MAX);
}
