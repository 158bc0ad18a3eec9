import { isIP } from "node:net";
import { isPublicAddress } from "./outbound.ts";

/**
 * Why nothing can be called at an address that somebody wrote; null: it can. Whether its name leads into somebody's own network
 * is judged each time it is called, by the address that is connected to.
 */
export function findUrlFault(text: string, isPrivateAllowed: boolean): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "is no address of the web";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or a password";
  if (isPrivateAllowed) return null;
  if (url.protocol !== "https:") return "must begin with https://";
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const isInside = isIP(host) === 0 ? isNameOfThisMachine(host) : !isPublicAddress(host);
  return isInside ? "leads to no address of the open internet" : null;
}

/** RFC 6761 §6.3. */
function isNameOfThisMachine(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}
