import {
  findDevice,
  findDeviceByMac,
  findDeviceByToken,
  findKnownGuestOfDevice,
  findOpenSessionByIp,
  type Reader,
} from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import { adapterOf, comesFromNas, isHandOff } from "../nas/index.ts";

/** What the box can know by itself of a browser that opened a survey's link. */
export type LinkEvidence = {
  remoteAddress: string;
  deviceToken: string | null;
  /** The MAC the box itself sees behind the remote address. */
  neighbourMac: string | null;
};

export type LinkRespondent = {
  guestId: string | null;
  deviceId: string | null;
  nasId: string | null;
};

/**
 * Whose browser it is, as far as the box knows: by the token it keeps, by the MAC that the box sees, or
 * by the session that RADIUS told of at its address. Shown for it is at most what
 * this survey has earned them, and nothing that names them.
 */
export function findRespondent(
  tx: Reader,
  nasList: readonly Nas[],
  evidence: LinkEvidence,
): LinkRespondent {
  const { deviceToken, neighbourMac } = evidence;
  const byToken = deviceToken === null ? null : findDeviceByToken(tx, deviceToken);
  if (byToken) {
    const guestId = findKnownGuestOfDevice(tx, byToken.id, "token")?.id ?? null;
    return { guestId, deviceId: byToken.id, nasId: null };
  }
  const session = neighbourMac === null ? findSession(tx, nasList, evidence) : null;
  const device =
    neighbourMac === null
      ? session && findDevice(tx, session.deviceId)
      : findDeviceByMac(tx, neighbourMac);
  if (!device) return { guestId: null, deviceId: null, nasId: null };
  const guestId = findKnownGuestOfDevice(tx, device.id)?.id ?? null;
  return { guestId, deviceId: device.id, nasId: session?.nasId ?? null };
}

/** One that RADIUS told of: what the portal opened itself may rest on the guest's word. */
function findSession(tx: Reader, nasList: readonly Nas[], { remoteAddress }: LinkEvidence) {
  const session = findOpenSessionByIp(tx, remoteAddress);
  const nas = nasList.find((each) => each.id === session?.nasId);
  if (!session || !nas || !isHandOff(nas) || comesFromNas(nas, remoteAddress)) return null;
  return adapterOf(nas).accounting === "portal" ? null : session;
}
