import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Lease } from "../filter/leases.ts";
import type { Logger } from "../log.ts";
import type { Gateway } from "./gateway.ts";

const HEADERS_BYTES_MAX = 8192;
const REQUEST_MS_MAX = 10_000;
const CONNECTIONS_MAX = 2000;

/**
 * Whatever a guest asked of any web server before they were let in comes here: a device that radius
 * knows is let in and sent where it wished to go, any other is led to the portal.
 */
export async function serveRedirects(options: {
  host: string;
  port: number;
  gateway: Pick<Gateway, "findLease" | "isOnline" | "askByMac">;
  /** Where this device's guest is led. */
  portalUrlOf: (lease: Lease) => string;
  portalOrigin: string;
  log: Logger;
}): Promise<{ port: number; close: () => void }> {
  const { gateway, portalOrigin, log } = options;
  const findTarget = async (request: IncomingMessage): Promise<string> => {
    const ip = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
    const lease = await gateway.findLease(ip);
    if (!lease) return `${portalOrigin}/`;
    if (gateway.isOnline(lease.mac) || (await gateway.askByMac(lease.mac)))
      return findWished(request) ?? `${portalOrigin}/`;
    return options.portalUrlOf(lease);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const location = await findTarget(request).catch((err: unknown) => {
      log.error({ err }, "a guest is led to the portal without being known");
      return `${portalOrigin}/`;
    });
    // 302 and nothing else, remembered by nobody, on a connection that leads nowhere else.
    response.writeHead(302, { location, "cache-control": "no-store", connection: "close" }).end();
  };
  const server = createServer(
    { maxHeaderSize: HEADERS_BYTES_MAX, requestTimeout: REQUEST_MS_MAX },
    (request, response) => void answer(request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : options.port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What the guest asked for, where it can be said again: both parts are the guest's own words. */
function findWished({ headers: { host = "" }, url = "/" }: IncomingMessage): string | null {
  if (!/^[A-Za-z0-9.-]{1,253}(:80)?$/.test(host) || !/^\/[\x21-\x7e]{0,2000}$/.test(url))
    return null;
  return URL.parse(`http://${host}${url}`)?.href ?? null;
}
