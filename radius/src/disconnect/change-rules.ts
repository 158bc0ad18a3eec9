import { type Limits, limitsOf, remainingLimits } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { endsItself, type LiveQuestion } from "./live-rules.ts";

/** Limits of a session that are other ones now than it was granted. */
export type LimitChange = {
  /** What its NAS is to be told; null: as it was, or lifted, which cannot be said. */
  limits: Limits;
  /** What it is granted once the NAS has taken that. */
  granted: Granted;
  /** Its end then; null: as it was. */
  expectedEndAt: Date | null;
};

/**
 * Whether a policy's own limits were changed since a session was granted them. What shrinks by
 * itself, a quota or the closing hour, is no change: that ends the session when it is used up.
 */
export function findLimitChange(
  question: LiveQuestion & { granted: Granted | null },
): LimitChange | null {
  const { session, policy, granted, now } = question;
  if (!policy || !granted || endsItself(session, now)) return null;
  const own = limitsOf(policy);
  const isOther = (limit: keyof Limits) => own[limit] !== granted.limits[limit];
  if (!(Object.keys(own) as (keyof Limits)[]).some(isOther)) return null;
  const ifOther = (limit: keyof Limits) => (isOther(limit) ? own[limit] : null);
  // Some NAS take both directions in one attribute.
  const isRate = isOther("uploadKbps") || isOther("downloadKbps");
  const sessionSeconds = isOther("sessionSeconds")
    ? findWholeSeconds({ ...question, policy, granted })
    : null;
  const limits: Limits = {
    sessionSeconds,
    idleSeconds: ifOther("idleSeconds"),
    uploadKbps: isRate ? own.uploadKbps : null,
    downloadKbps: isRate ? own.downloadKbps : null,
    sessionBytes: ifOther("sessionBytes"),
    sessionUploadBytes: ifOther("sessionUploadBytes"),
    sessionDownloadBytes: ifOther("sessionDownloadBytes"),
  };
  const expectedEndAt =
    sessionSeconds === null ? null : new Date(session.startedAt.getTime() + sessionSeconds * 1000);
  return { limits, granted: { ...granted, limits: own }, expectedEndAt };
}

/**
 * The session's time from its start, as Session-Timeout counts it: its policy's, unless a quota, the
 * closing hour, the policy's end or that of an access code comes before. Null: no limit.
 */
function findWholeSeconds(
  question: LiveQuestion & { policy: AccessPolicy; granted: Granted },
): number | null {
  const { session, policy, granted, usage, now, timeZone } = question;
  const gone = (now.getTime() - session.startedAt.getTime()) / 1000;
  const sessionSeconds =
    policy.sessionSeconds === null ? null : Math.max(0, policy.sessionSeconds - gone);
  const remaining = remainingLimits({
    ...{ policy: { ...policy, sessionSeconds }, usage, otherDevices: 0 },
    ...{ until: granted.endsAt, now, timeZone },
  });
  if (remaining.kind === "refused" || remaining.limits.sessionSeconds === null) return null;
  return Math.round(gone + remaining.limits.sessionSeconds);
}
