import { isIPv6 } from "node:net";
import {
  type BranchStore,
  findOpenSessionByIp,
  findSettings,
  type Session,
} from "@foyer/branch-store";
import type { FastifyInstance } from "fastify";
import { comesFromNas } from "../nas/index.ts";
import type { FindMacOfAddress } from "../network.ts";
import type { SignInCounts } from "../sign-in/counts/sign-in-counts.ts";
import { isProbe } from "./probes.ts";

/** RFC 8908 §4: what DHCP option 114 (RFC 8910) points at, where the portal has a certificate. */
export const CAPTIVE_API_PATH = "/captive-portal/api";

/** Where a phone that was told of the portal by that API begins. */
export const CAPTIVE_DOOR_PATH = "/captive-portal/door";
/**
 * A NAS takes hold of whatever is asked by plain http, and leads here with what it knows of the guest. RFC
 * 5737's TEST-NET-1 is nobody's: whoever is not led anywhere tells no stranger of it either.
 */
const ANYWHERE = "http://192.0.2.1/";

export type CaptureOptions = {
  store: BranchStore;
  /** The portal's public base URL, without a slash at its end; known once it listens. */
  originOf: () => string;
  /** The same over TLS, under a name that phones believe just now; null, or absent: there is none. */
  secureOriginOf?: () => string | null;
  /** Absent: nobody counts. */
  signInCounts?: SignInCounts;
  /** Absent: no device is known by its address. */
  findMacOfAddress?: FindMacOfAddress;
};

/**
 * Answers the probes of operating systems with a redirect to the portal, whatever host they were
 * meant for, and the Captive Portal API. Register it before the portal's own routes.
 */
export function registerCapture(app: FastifyInstance, options: CaptureOptions): void {
  const isOwnHost = tellOwnHost(options.originOf);
  const isSecureHost = tellOwnHost(() => options.secureOriginOf?.() ?? options.originOf());
  app.addHook("onRequest", (request, reply, done) => {
    const host = request.headers.host?.toLowerCase() ?? "";
    if (isOwnHost(host) || isSecureHost(host) || !isProbe(host, request.url)) return done();
    // The answer does not wait for it. A fault of it is nobody's who asks.
    noteProbe(options, request.ip).catch((err: unknown) =>
      request.log.error({ err }, "could not count who looked for the Internet"),
    );
    // 302 and nothing else: some clients take a page, or 511, for the answer they asked for.
    reply.header("cache-control", "no-store").redirect(`${options.originOf()}/`, 302);
  });
  registerDoor(app, options);
  app.get(CAPTIVE_API_PATH, async (request, reply) => {
    const state = options.store.read((tx) => {
      const session = findOpenSessionByIp(tx, plainIp(request.ip));
      const landingUrl = findSettings(tx)?.signIn.landingUrl ?? null;
      const portalOrigin = options.secureOriginOf?.() ?? options.originOf();
      return captiveState({ session, landingUrl, portalOrigin, now: tx.now });
    });
    return reply
      .header("cache-control", "private, no-store")
      .type("application/captive+json")
      .send(JSON.stringify(state));
  });
}

/** Over TLS nothing can be taken hold of, so a guest who is not online is sent to where it is. */
function registerDoor(app: FastifyInstance, { store, originOf }: CaptureOptions): void {
  app.get(CAPTIVE_DOOR_PATH, async (request, reply) => {
    const session = store.read((tx) => findOpenSessionByIp(tx, plainIp(request.ip)));
    const target = session === null ? ANYWHERE : `${originOf()}/`;
    return reply.header("cache-control", "no-store").redirect(target, 302);
  });
}

/**
 * A probe that reaches the portal is of a device that is not online. Behind a NAS that translates
 * addresses nobody can say of which: those count from their hand-off on. Of IPv6 a device takes another
 * address as it joins again, so that it is looked for among the box's neighbours.
 */
async function noteProbe(options: CaptureOptions, ip: string): Promise<void> {
  const { store, signInCounts, findMacOfAddress } = options;
  if (!signInCounts) return;
  const address = plainIp(ip);
  const nas = store.read(findSettings)?.nas ?? [];
  if (nas.some((each) => comesFromNas(each, address))) return;
  const mayBeNew = isIPv6(address) && !signInCounts.isMet(address);
  const mac = mayBeNew ? ((await findMacOfAddress?.(address)) ?? null) : null;
  signInCounts.note({ mac, address, claimedFrom: null }, "seen");
}

/** The origin is read once for as long as it stays. */
function tellOwnHost(originOf: () => string): (host: string) => boolean {
  let known = { origin: "", host: "" };
  return (host) => {
    const origin = originOf();
    if (origin !== known.origin) known = { origin, host: new URL(origin).host };
    return host === known.host;
  };
}

/**
 * RFC 8908 §5. `user-portal-url` must be https, so without a certificate it is left out rather than
 * wrong; `seconds-remaining` is left out while captive, and where the end is not known. What the venue
 * wishes to show is its own page, or the portal's, and of use only to who is online.
 */
export function captiveState({
  session,
  landingUrl,
  portalOrigin,
  now,
}: {
  session: Pick<Session, "expectedEndAt"> | null;
  landingUrl: string | null;
  portalOrigin: string;
  now: Date;
}): Record<string, unknown> {
  const isSecure = portalOrigin.startsWith("https:");
  if (session === null)
    return {
      captive: true,
      ...(isSecure && { "user-portal-url": `${portalOrigin}${CAPTIVE_DOOR_PATH}` }),
    };
  const portal = isSecure ? { "user-portal-url": `${portalOrigin}/` } : {};
  const venueUrl = landingUrl?.startsWith("https:") ? landingUrl : `${portalOrigin}/`;
  const endsAt = session.expectedEndAt?.getTime();
  return {
    captive: false,
    ...portal,
    ...(isSecure && { "venue-info-url": venueUrl }),
    ...(endsAt !== undefined && {
      "seconds-remaining": Math.max(0, Math.floor((endsAt - now.getTime()) / 1000)),
    }),
  };
}

function plainIp(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}
