import { type BranchStore, findOpenSessionByIp } from "@foyer/branch-store";
import type { FastifyInstance } from "fastify";
import { isProbe } from "./probes.ts";

/** RFC 8908 §4: what DHCP option 114 (RFC 8910) points at, where the portal has a certificate. */
export const CAPTIVE_API_PATH = "/captive-portal/api";

export type CaptureOptions = {
  store: BranchStore;
  /** The portal's public base URL, without a slash at its end; known once it listens. */
  originOf: () => string;
};

/**
 * Answers the probes of operating systems with a redirect to the portal, whatever host they were
 * meant for, and the Captive Portal API. Register it before the portal's own routes.
 */
export function registerCapture(app: FastifyInstance, options: CaptureOptions): void {
  app.addHook("onRequest", async (request, reply) => {
    const host = request.headers.host?.toLowerCase() ?? "";
    if (host === new URL(options.originOf()).host || !isProbe(host, request.url)) return;
    // 302 and nothing else: some clients take a page, or 511, for the answer they asked for.
    return reply.header("cache-control", "no-store").redirect(`${options.originOf()}/`, 302);
  });
  app.get(CAPTIVE_API_PATH, async (request, reply) => {
    const session = options.store.read((tx) => findOpenSessionByIp(tx, plainIp(request.ip)));
    return reply
      .header("cache-control", "private, no-store")
      .type("application/captive+json")
      .send(JSON.stringify(captiveState(session !== null, options.originOf())));
  });
}

/**
 * RFC 8908 §5. `user-portal-url` must be https, so without a certificate it is left out rather than
 * wrong; seconds-remaining is left out while captive, and where the end is not known.
 */
export function captiveState(isOnline: boolean, portalOrigin: string): Record<string, unknown> {
  const isSecure = portalOrigin.startsWith("https:");
  return { captive: !isOnline, ...(isSecure && { "user-portal-url": `${portalOrigin}/` }) };
}

function plainIp(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
