import { findCodeEnd, isBlocked, NO_USAGE } from "@foyer/admission";
import {
  findDevice,
  findSettings,
  findTicket,
  isTakenBackByStaff,
  type Reader,
  type Session,
} from "@foyer/branch-store";
import { findUsageNow } from "../authorize/usage.ts";
import { findLimitChange, type LimitChange } from "./change-rules.ts";
import { type EndReason, findEndReason, isOrderDue } from "./live-rules.ts";

/** A session that is to end, and why; or to be held to other limits. */
export type Candidate = { session: Session; mac: string | null; at: Date } & (
  | { order: "disconnect"; cause: EndReason }
  | { order: "change"; change: LimitChange }
);

/** Null where the session may go on as it is, or was asked about lately. */
export function judgeSession(tx: Reader, session: Session): Candidate | null {
  const { policyId, guestId, deviceId, granted } = session;
  const settings = findSettings(tx);
  if (!settings) return null;
  const mac = findDevice(tx, deviceId)?.mac ?? null;
  const named = { session, mac, at: tx.now };
  const told = findWordOfStaff(tx, session, isBlocked(settings.deviceRules, { mac, now: tx.now }));
  if (told)
    return isOrderDue(session.disconnect, tx.now)
      ? { ...named, order: "disconnect", cause: told }
      : null;
  if (policyId === null) return null;
  const { timeZone } = settings.branch;
  const policy = settings.policies.find(({ id }) => id === policyId) ?? null;
  const isCounted = guestId !== null && (policy?.quotas?.length ?? 0) > 0;
  const usage = isCounted ? findUsageNow(tx, { guestId, deviceId }, timeZone) : NO_USAGE;
  const accessCodeId = findCodeOfSession(tx, session);
  const right = { accessCodeId, endsAt: granted?.endsAt ?? null };
  const codeEnd = findCodeEnd(settings, { ...right, now: tx.now });
  const question = { session, policy, codeEnd, usage, now: tx.now, timeZone };
  const cause = findEndReason(question);
  if (cause) {
    const isDue = isOrderDue(session.disconnect, tx.now);
    return isDue ? { ...named, order: "disconnect", cause } : null;
  }
  const change = isOrderDue(session.change, tx.now)
    ? findLimitChange({ ...question, granted })
    : null;
  return change && { ...named, order: "change", change };
}

/** What staff said against whoever is online, whatever their policy allows. */
function findWordOfStaff(
  tx: Reader,
  { granted, userName }: Session,
  isDeviceBlocked: boolean,
): EndReason | null {
  if (isDeviceBlocked) return "blocked";
  // A NAS that sends no Class back may name whom it let in.
  const credential = granted?.credential ?? userName;
  return credential !== null && isTakenBackByStaff(tx, credential) ? "credential-revoked" : null;
}

/** The access code a session came in by: as its NAS told, or else its ticket's. */
function findCodeOfSession(tx: Reader, { granted, userName }: Session): string | null {
  if (granted?.accessCodeId !== undefined) return granted.accessCodeId;
  return userName === null ? null : (findTicket(tx, userName)?.accessCodeId ?? null);
}
