import { Type } from "typebox";
import { Url } from "./personal.ts";

/**
 * Where guests may be sent after access: an address with all below it. `https://shop.example` allows
 * each page there, `https://www.facebook.com/shop` that fan page and nobody else's.
 */
export const AllowedDestinations = Type.Array(Url, { maxItems: 200 });

/**
 * Whether an address is on the list: same scheme, host and port, and the entry's path or one below
 * it. One with a name or password in it never is: it shows a host that it does not lead to.
 */
export function isAllowedDestination(address: string, allowed: readonly string[]): boolean {
  const url = readDestination(address);
  if (url === null) return false;
  return allowed.some((each) => {
    const entry = readDestination(each);
    if (entry === null || entry.origin !== url.origin) return false;
    const path = entry.pathname.replace(/\/+$/, "");
    return url.pathname === path || url.pathname.startsWith(`${path}/`);
  });
}

/** Null for what is no web address a guest may be sent to. */
export function readDestination(address: string): URL | null {
  // A URL parser leaves out what would break a header, and reads a backslash as a slash.
  if (/[\s\p{Cc}\\]/u.test(address)) return null;
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.username === "" && url.password === "" ? url : null;
}
