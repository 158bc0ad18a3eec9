/**
 * What one line to the Internet has: an IPv4 address, or a whole /64 of IPv6, in which anybody may
 * take another address for each try (RFC 6177 §2). "" for a caller who has hung up.
 */
export function readNetwork(address: string | undefined): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address ?? "")?.[1];
  if (mapped || !address?.includes(":")) return mapped ?? address ?? "";
  const [head = "", tail = ""] = address.replace(/%.*/, "").split("::");
  const [before, after] = [head, tail].map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(8 - (before?.length ?? 0) - (after?.length ?? 0)).fill("0");
  const groups = [...(before ?? []), ...zeros, ...(after ?? [])].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
