import type { FastifyRequest } from "fastify";
import { readNetwork } from "../../platform/network.ts";

/** Where somebody signs in from, as far as they will know it again. */
export type Visitor = {
  /** Null: it says nothing of itself that is known. */
  browser: string | null;
  system: string | null;
  /** A range of addresses, not the one. */
  network: string;
};

// What says most of a browser first: each names those it descends from as well.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bZalo\b/i, "Zalo"],
  [/coc_coc_browser\//i, "Cốc Cốc"],
  [/\bEdg(A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFxiOS\/|\bFirefox\//, "Firefox"],
  [/\bCriOS\/|\bChrome\/|\bHeadlessChrome\//, "Chrome"],
  [/\bVersion\/.*\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPad\b/, "iPad"],
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** The words by which people know a browser and what it runs on (RFC 9110 §10.1.5). */
export function readUserAgent(userAgent: string): Pick<Visitor, "browser" | "system"> {
  const name = (list: typeof BROWSERS) => list.find(([sign]) => sign.test(userAgent))?.[1] ?? null;
  return { browser: name(BROWSERS), system: name(SYSTEMS) };
}

/** An IPv4 address to its /24, an IPv6 address to its /48: the town, not the household. */
export function shortenAddress(address: string | undefined): string {
  const network = readNetwork(address);
  if (network.includes(":")) return `${network.split(":").slice(0, 3).join(":")}::/48`;
  const parts = network.split(".");
  return parts.length === 4 ? `${parts.slice(0, 3).join(".")}.0/24` : "";
}

export function visitorOf(request: FastifyRequest): Visitor {
  const userAgent = request.headers["user-agent"] ?? "";
  return { ...readUserAgent(userAgent), network: shortenAddress(request.ip) };
}
