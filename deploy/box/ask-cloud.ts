import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { findUplink } from "@foyer/gateway";
import type { CloudAnswer, Uplink } from "./doctor-rules.ts";
import { readText } from "./host.ts";

const ANSWER_MILLISECONDS = 10_000;
/** Asked for without a signature, a cloud refuses it, in its own words. */
const REFUSED_PATH = "/api/box/v1/pull";
const CERTIFICATE = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_SSL)/;

export type AskedCloud = {
  answer: CloudAnswer;
  /** By how much this machine's clock is ahead of the cloud's; null: it did not tell the time. */
  aheadSeconds: number | null;
};

/** Asks who answers at the cloud's address. Nothing of the box goes along. */
export async function askCloud(cloudUrl: string, now = () => Date.now()): Promise<AskedCloud> {
  try {
    const response = await fetch(`${cloudUrl}${REFUSED_PATH}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    const text = await response.text();
    const { status, headers } = response;
    if (!isRefusal(status, text)) {
      const leadsTo = headers.get("location");
      return { answer: { kind: "another", status, leadsTo }, aheadSeconds: null };
    }
    const told = Date.parse(headers.get("date") ?? "");
    const ahead = Number.isNaN(told) ? null : Math.round((now() - told) / 1000);
    return { answer: { kind: "foyer" }, aheadSeconds: ahead };
  } catch (error) {
    const code = codeOf(error);
    const kind = CERTIFICATE.test(code) ? "certificate" : "silent";
    return { answer: { kind, code }, aheadSeconds: null };
  }
}

/** Our errors are JSON with one of seven codes; a log-in page is HTML, whatever its status. */
function isRefusal(status: number, text: string): boolean {
  try {
    const body = JSON.parse(text) as { code?: unknown } | null;
    return status >= 400 && status < 500 && typeof body?.code === "string";
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return cause instanceof Error ? cause.name : String(cause);
}

/** The links of the chain between a box and its cloud. */
export async function lookAtUplink(
  cloudUrl: string | null,
): Promise<{ uplink: Uplink; aheadSeconds: number | null }> {
  const hasRoute = findUplink(readText("/proc/net/route") ?? "") !== null || hasRoute6();
  const hasNameServer = /^\s*nameserver\s+\S/m.test(readText("/etc/resolv.conf") ?? "");
  const host = cloudUrl === null ? "" : new URL(cloudUrl).hostname;
  const isName = host !== "" && isIP(host.replace(/^\[|\]$/g, "")) === 0 && host !== "localhost";
  const lookUp = isName ? await lookUpName(host) : null;
  const asked = cloudUrl === null ? null : await askCloud(cloudUrl);
  const cloud = asked?.answer ?? null;
  const uplink = { hasRoute, hasNameServer, lookUp, host, cloud };
  return { uplink, aheadSeconds: asked?.aheadSeconds ?? null };
}

async function lookUpName(host: string): Promise<NonNullable<Uplink["lookUp"]>> {
  try {
    await lookup(host);
    return { kind: "found" };
  } catch (error) {
    return { kind: "failed", code: codeOf(error) };
  }
}

/** ipv6_route: destination, its length, …; the loopback's own is no way out. */
function hasRoute6(): boolean {
  const lines = (readText("/proc/net/ipv6_route") ?? "").split("\n");
  return lines.some((line) => /^0{32} 00 .* (?!lo$)\S+$/.test(line));
}
