import { choosePolicy } from "@foyer/admission";
import {
  connectGuest,
  findCredential,
  findGuestMarks,
  findSettings,
  findVisitNumber,
  linkDevice,
  recogniseDevice,
  seeDevice,
  type Transaction,
} from "@foyer/branch-store";
import type { Decision } from "./authorize.ts";
import type { RecentGrants } from "./recent-grants.ts";
import { findRemaining } from "./remaining.ts";

export type Member = {
  nasId: string;
  /** The credential whose password was proved. */
  userName: string;
  /** Calling-Station-Id, which the NAS signed. */
  mac: string | null;
  requestKey: string;
  recent: RecentGrants;
};

/**
 * Decides on a guest whose device has proved its credential. The MAC it came with is theirs from
 * here on, and they come in as any returning guest does.
 */
export function authorizeMember(tx: Transaction, member: Member): Decision {
  const { nasId, userName, mac, requestKey, recent } = member;
  const settings = findSettings(tx);
  if (!settings) return { kind: "reject", reason: "no-settings" };
  if (mac === null) return { kind: "reject", reason: "no-calling-station" };
  // Asked again: it may have been revoked since the password was looked up.
  const credential = findCredential(tx, userName);
  if (!credential || credential.revokedAt) return { kind: "reject", reason: "credential-unknown" };
  const { guestId } = credential;
  const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "radius" });
  linkDevice(tx, { deviceId, guestId });
  recogniseDevice(tx, { deviceId, nasId, proof: "radius" });
  const method = "returning";
  const visitNumber = findVisitNumber(tx, guestId);
  const marks = findGuestMarks(tx, guestId);
  const policy = choosePolicy(settings.policies, { method, visitNumber, marks });
  if (!policy) return { kind: "reject", reason: "no-policy" };
  const { timeZone } = settings.branch;
  const remaining = findRemaining(tx, { guestId, deviceId, policy, timeZone });
  if (remaining.kind === "refused") return { kind: "reject", reason: remaining.reason };
  if (!recent.isRepeat({ nasId, mac, requestKey, at: tx.now }))
    connectGuest(tx, { guestId, deviceId, nasId, method, policyId: policy.id });
  return { kind: "accept", policyId: policy.id, limits: remaining.limits };
}
