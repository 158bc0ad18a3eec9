import { sealDeviceLink } from "@foyer/branch-store";
import type { CiscoCwaNas } from "@foyer/contract";
import type { AccessRequest } from "../authorize/access-request.ts";
import { isMacAuthentication } from "../authorize/access-request.ts";
import type { RejectReason } from "../authorize/authorize.ts";
import { deviceOf } from "../authorize/authorize.ts";
import type { Packet, RawAttribute } from "../protocol/packet.ts";
import { attribute, listOctets } from "../protocol/values.ts";
import { captiveClass } from "./session-class.ts";

/** The portal's parameter that the link stands in. */
const LINK_PARAMETER = "cwa";
const AUDIT_SESSION_ID = "audit-session-id=";

/** What is wrong with the request or with the box: no page would help its guest. */
const NOT_THE_GUESTS: ReadonlySet<string> = new Set<RejectReason>([
  ...(["no-settings", "not-signed", "no-calling-station", "device-mismatch"] as const),
  ...(["wrong-password", "credential-unknown", "store-failed"] as const),
]);

/**
 * Cisco's central web authentication: what would be a reject of a device is an Access-Accept that
 * leads its guest to the portal, which says why, and lets them sign in. Null where it stays a reject.
 */
export function redirectAttributes(
  nas: CiscoCwaNas,
  asked: { request: AccessRequest; packet: Packet; reason: string; now: Date },
): RawAttribute[] | null {
  const { request, packet, reason, now } = asked;
  if (NOT_THE_GUESTS.has(reason) || !isMacAuthentication(request)) return null;
  const sessionId = findAuditSessionId(packet) ?? "";
  const link = sealDeviceLink(nas.redirectSecret, { mac: deviceOf(request), sessionId, at: now });
  return [
    // The controller adds what it likes behind it, so it has a query already.
    attribute("Cisco-AVPair", `url-redirect=${nas.portalOrigin}/?${LINK_PARAMETER}=${link}`),
    attribute("Cisco-AVPair", `url-redirect-acl=${nas.redirectAcl}`),
    captiveClass(),
  ];
}

/** The controller's own name for a device's stay, by which it takes orders; null: it gave none. */
export function findAuditSessionId(packet: Packet): string | null {
  const pairs = listOctets(packet, "Cisco-AVPair").map((octets) => octets.toString("latin1"));
  const found = pairs.find((pair) => pair.startsWith(AUDIT_SESSION_ID));
  const id = found?.slice(AUDIT_SESSION_ID.length) ?? "";
  return /^[\x21-\x7e]{1,64}$/.test(id) ? id : null;
}

/**
 * The order to ask about a device again: "subscriber:command=reauthenticate", with whatever names the
 * session. All names in it must fit, so there is one (IOS 15.2 Consolidated Platform Guide, CoA).
 */
export function reauthenticateAttributes(name: RawAttribute): RawAttribute[] {
  return [attribute("Cisco-AVPair", "subscriber:command=reauthenticate"), name];
}

export const auditSessionName = (id: string): RawAttribute =>
  attribute("Cisco-AVPair", `${AUDIT_SESSION_ID}${id}`);
