import { findGuest, findOwnerIdOfDevice, type Guest, type Reader } from "@foyer/branch-store";
import type { PageContext } from "../page-context.ts";
import { hrefOf, type Step } from "../step.ts";
import { findStandingRefusal, type Standing } from "./rules.ts";

/**
 * Where this guest hears how the device comes in by itself; null where it is not offered. `shown`: whose
 * page it is, where that was looked up already.
 */
export function findMemberHref(
  { settings, portal, context }: Step,
  shown?: Guest | null,
): string | null {
  if (!settings.memberWifi?.enabled) return null;
  const standing = portal.store.read((tx) => readStanding(tx, context, shown));
  return findStandingRefusal(standing) === null ? hrefOf(portal, "/member", context) : null;
}

export function readStanding(tx: Reader, context: PageContext, shown?: Guest | null): Standing {
  const { admitted, knownGuestId, deviceId, proof } = context;
  const guestId = admitted?.guestId ?? knownGuestId;
  const find = () => (guestId === null ? null : findGuest(tx, guestId));
  return {
    proof,
    method: admitted?.method ?? null,
    guest: shown && shown.id === guestId ? shown : find(),
    ownerId: findOwnerIdOfDevice(tx, deviceId),
  };
}
