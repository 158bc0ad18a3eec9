import { NO_USAGE } from "@foyer/admission";
import { findDevice, findSettings, type Reader, type Session } from "@foyer/branch-store";
import { findUsageNow } from "../authorize/usage.ts";
import { type EndReason, findEndReason, isOrderDue } from "./live-rules.ts";

/** A session that is to end, and why. */
export type Candidate = { session: Session; mac: string | null; cause: EndReason; at: Date };

/** Null where the session may go on, or was asked about lately. */
export function judgeSession(tx: Reader, session: Session): Candidate | null {
  const { policyId, guestId, deviceId, disconnect } = session;
  const settings = findSettings(tx);
  if (!settings || policyId === null || !isOrderDue(disconnect, tx.now)) return null;
  const { timeZone } = settings.branch;
  const policy = settings.policies.find(({ id }) => id === policyId) ?? null;
  const isCounted = guestId !== null && (policy?.quotas?.length ?? 0) > 0;
  const usage = isCounted ? findUsageNow(tx, { guestId, deviceId }, timeZone) : NO_USAGE;
  const cause = findEndReason({ session, policy, usage, now: tx.now, timeZone });
  return cause && { session, mac: findDevice(tx, deviceId)?.mac ?? null, cause, at: tx.now };
}
