import { findDeviceByMac, listOpenSessionsOfDevice, type Session } from "@foyer/branch-store";
import type { Step } from "../step.ts";

/** What tells whose sessions a page's guest may know of. */
export type WhoseSessions = Pick<Step, "portal" | "context" | "nas" | "remoteAddress">;

/**
 * The guest's own: under the id of their hand-off, or at their own address. Whoever only claims a
 * device's MAC puts nobody out, and hears of nobody's time.
 */
export function listOwnSessions({ portal, context, nas, remoteAddress }: WhoseSessions): Session[] {
  const { arrival, deviceId, proof } = context;
  const acctSessionId = portal.adapterOf(nas).sessionIdOf(arrival, context.flowId);
  return portal.store
    .read((tx) => {
      // A page from before its guest's first tap has an id that the store never had: see keepDevice.
      const kept = proof === null ? findDeviceByMac(tx, arrival.mac) : null;
      return listOpenSessionsOfDevice(tx, kept?.id ?? deviceId);
    })
    .filter((session) => session.nasId === nas.id)
    .filter(
      (session) =>
        proof !== null || session.ip === remoteAddress || session.acctSessionId === acctSessionId,
    );
}

/**
 * The one that this page's arrival has led to. One that is older may be over at its NAS, which has not
 * told of it: or it would not have led its guest here again.
 */
export function findSessionOfFlow(page: WhoseSessions): Session | null {
  const { issuedAt } = page.context;
  return listOwnSessions(page).findLast(({ startedAt }) => startedAt.getTime() >= issuedAt) ?? null;
}
