import { findOwnerIdOfDevice } from "@foyer/branch-store";
import { findSessionOfFlow, type WhoseSessions } from "./grant/own-sessions.ts";
import { newContext, type PageContext } from "./page-context.ts";

/**
 * A page as it may be shown now. One that was somebody's, and lies in the history of a device that is
 * another's since, is nobody's: it says and opens nothing of either, and its guest signs in anew.
 */
export function withoutGuestOfBefore(page: WhoseSessions): PageContext {
  const { context } = page;
  return isPassedOn(page) ? asNobodys(context) : context;
}

function isPassedOn(page: WhoseSessions): boolean {
  const { admitted, knownGuestId, privacyGuestId, addressGuestId, provedPhone } = page.context;
  const guestId = admitted?.guestId ?? knownGuestId ?? privacyGuestId ?? addressGuestId ?? null;
  if (guestId === null && provedPhone === null) return false;
  const online = findSessionOfFlow(page)?.guestId ?? null;
  // A number that was proved, and of which nobody said whose it is, before somebody went online.
  if (provedPhone !== null && online !== null) return true;
  if (guestId === null) return false;
  return (online !== null && online !== guestId) || isHandedOver(page);
}

/** Another has signed in on the device, and is perhaps not online yet. */
function isHandedOver({ portal, context }: WhoseSessions): boolean {
  const { admitted, knownGuestId, proof, deviceId } = context;
  // Whoever came in by what says nothing of them is not whom the device is known by.
  const isByDevice = admitted === null || admitted.guestId === knownGuestId;
  if (proof === null || knownGuestId === null || !isByDevice) return false;
  const ownerId = portal.store.read((tx) => findOwnerIdOfDevice(tx, deviceId));
  return ownerId !== null && ownerId !== knownGuestId;
}

function asNobodys(context: PageContext): PageContext {
  const { arrival, deviceId, proof, remoteAddress, deviceMac = null, language } = context;
  const recognised = { deviceId, proof, knownGuestId: null };
  const now = new Date(context.issuedAt);
  return { ...newContext({ arrival, recognised, remoteAddress, deviceMac, now }), language };
}
