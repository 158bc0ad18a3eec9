import {
  type AccessRefusal,
  type CodeEnd,
  isVolumeUsedUp,
  limitsOf,
  remainingLimits,
  type Usage,
} from "@foyer/admission";
import type { Session } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";

/** Why a session that goes on is to end. A device too many is turned away at the door only. */
export type EndReason =
  | Exclude<AccessRefusal, "too-many-devices">
  | "policy-removed"
  | "blocked"
  | "credential-revoked"
  | CodeEnd;

export type LiveSession = Pick<
  Session,
  "startedAt" | "connectedSeconds" | "uploadBytes" | "downloadBytes" | "expectedEndAt"
>;

export type LiveQuestion = {
  session: LiveSession;
  /** What it was granted, as the settings have it now; null: not any more. */
  policy: AccessPolicy | null;
  /** Why the access code it came in by lets nobody stay; null: it does, or there was none. */
  codeEnd: CodeEnd | null;
  /** Of its guest, up to now, this session with it. */
  usage: Usage;
  now: Date;
  /** The branch's, IANA. */
  timeZone: string;
};

/** How long before an order to end a session is given again, however its NAS took the last. */
export const RETRY_SECONDS = 300;
/** A session whose own Session-Timeout is this near is its NAS's to end. */
const ENDS_ITSELF_SECONDS = 30;
/** Orders under way at once: in all, and to one NAS, which may be a small access point. */
export const ORDERS_MAX = 32;
export const ORDERS_PER_NAS_MAX = 4;

/** Why a session is to end now; null: it may go on, or its NAS is about to end it by itself. */
export function findEndReason(question: LiveQuestion): EndReason | null {
  const { session, policy, codeEnd, usage, now, timeZone } = question;
  if (endsItself(session, now)) return null;
  if (codeEnd) return codeEnd;
  if (policy === null) return "policy-removed";
  const remaining = remainingLimits({ policy, usage, otherDevices: 0, now, timeZone });
  if (remaining.kind === "refused" && remaining.reason !== "too-many-devices")
    return remaining.reason;
  // A NAS may have been told more, before the limit was lowered, or nothing at all of it.
  const goneSeconds = (now.getTime() - session.startedAt.getTime()) / 1000;
  const seconds = Math.max(session.connectedSeconds, goneSeconds);
  if (policy.sessionSeconds !== null && seconds >= policy.sessionSeconds) return "time-used-up";
  return isVolumeUsedUp(session, limitsOf(policy)) ? "volume-used-up" : null;
}

/** Whether its NAS is about to end a session by itself. */
export function endsItself({ expectedEndAt }: LiveSession, now: Date): boolean {
  if (expectedEndAt === null) return false;
  return expectedEndAt.getTime() <= now.getTime() + ENDS_ITSELF_SECONDS * 1000;
}

/**
 * Whether an order may go out now: none did yet, a stop of the server cut the last one short, or
 * the last was taken long enough ago and the session still goes on.
 */
export function isOrderDue(last: Session["change"], now: Date): boolean {
  if (last === null || last.outcome === null) return true;
  const goneMs = now.getTime() - last.askedAt.getTime();
  // A clock that jumped back keeps nobody waiting for it.
  return goneMs < 0 || goneMs >= RETRY_SECONDS * 1000;
}

/** Whether one more order to this NAS may be under way beside these, each named by its NAS. */
export function hasRoom(underWay: readonly string[], nasId: string): boolean {
  const ofNas = underWay.filter((each) => each === nasId).length;
  return underWay.length < ORDERS_MAX && ofNas < ORDERS_PER_NAS_MAX;
}
