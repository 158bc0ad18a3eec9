import { findGuest, findOwnerIdOfDevice, type Reader } from "@foyer/branch-store";
import type { PageContext } from "../page-context.ts";
import { hrefOf, type Step } from "../step.ts";
import { findStandingRefusal, type Standing } from "./rules.ts";

/** Where this guest hears how the device comes in by itself; null where it is not offered. */
export function findMemberHref({ settings, portal, context }: Step): string | null {
  if (!settings.memberWifi?.enabled) return null;
  const standing = portal.store.read((tx) => readStanding(tx, context));
  return findStandingRefusal(standing) === null ? hrefOf(portal, "/member", context) : null;
}

export function readStanding(tx: Reader, context: PageContext): Standing {
  const { admitted, knownGuestId, deviceId, proof } = context;
  const guestId = admitted?.guestId ?? knownGuestId;
  return {
    proof,
    method: admitted?.method ?? null,
    guest: guestId === null ? null : findGuest(tx, guestId),
    ownerId: findOwnerIdOfDevice(tx, deviceId),
  };
}
