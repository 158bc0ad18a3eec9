import type { AccessPolicy, Quota } from "@foyer/contract";
import { findAllowedUntil } from "./hours.ts";
import { type Limits, limitsOf } from "./policy.ts";

/** What a guest has used up so far, in each period that a quota can have. */
export type Usage = Record<Quota["per"], Used>;
export type Used = {
  seconds: number;
  /** Both ways together: no less than the two, and more where part of it was not told apart. */
  bytes: number;
  uploadBytes: number;
  downloadBytes: number;
};

const NOTHING: Used = { seconds: 0, bytes: 0, uploadBytes: 0, downloadBytes: 0 };

/** Nothing used up: what a policy without quotas may be asked with. */
export const NO_USAGE: Usage = {
  ...{ visit: NOTHING, day: NOTHING, week: NOTHING, ever: NOTHING },
};

export type RemainingQuestion = {
  policy: AccessPolicy;
  /** Looked at only by a policy with quotas. */
  usage: Usage;
  /** Other devices of this guest that are online now; looked at only by one with devicesMax. */
  otherDevices: number;
  /** When the right to be online ends by itself, as an access code's does; absent or null: never. */
  until?: Date | null;
  now: Date;
  /** The branch's, IANA. */
  timeZone: string;
};

export type AccessRefusal =
  | "policy-ended"
  | "outside-hours"
  | "too-many-devices"
  | "time-used-up"
  | "volume-used-up";

export type Remaining =
  | { kind: "limits"; limits: Limits }
  | {
      kind: "refused";
      reason: AccessRefusal;
      /** The period whose quota is used up; null for another reason. */
      per: Quota["per"] | null;
    };

/** A session shorter than this is none: the NAS would end it while the guest's page still loads. */
const SESSION_SECONDS_MIN = 5;

/**
 * Whether a guest may go online now, and with what is left: the session ends with the first of its
 * own limit, what remains of each quota, the closing hour, the policy's end and the end of the right
 * itself. A reconnect gives nothing back.
 */
export function remainingLimits(question: RemainingQuestion): Remaining {
  const { policy, usage, otherDevices, until = null, now, timeZone } = question;
  const validUntil = policy.validUntil === undefined ? null : new Date(policy.validUntil);
  if (validUntil !== null && validUntil <= now) return refuse("policy-ended");
  if (until !== null && until.getTime() - now.getTime() < SESSION_SECONDS_MIN * 1000)
    return refuse("time-used-up");
  const allowedUntil = findAllowedUntil(policy.allowedHours ?? [], { now, timeZone });
  if (allowedUntil !== null && allowedUntil <= now) return refuse("outside-hours");
  if (policy.devicesMax !== undefined && otherDevices >= policy.devicesMax)
    return refuse("too-many-devices");

  const limits = limitsOf(policy);
  for (const end of [validUntil, allowedUntil, until])
    if (end !== null)
      limits.sessionSeconds = lower(
        limits.sessionSeconds,
        Math.ceil((end.getTime() - now.getTime()) / 1000),
      );
  for (const quota of policy.quotas ?? []) {
    const reason = takeFrom(limits, quota, usage[quota.per]);
    if (reason !== null) return refuse(reason, quota.per);
  }
  return { kind: "limits", limits };
}

/** The volumes of a quota, each with the limit of a session that what is left of it makes. */
const VOLUMES = [
  ["bytes", "sessionBytes"],
  ["uploadBytes", "sessionUploadBytes"],
  ["downloadBytes", "sessionDownloadBytes"],
] as const;

/** Lowers limits to what is left of a quota; or says what of it is used up. */
function takeFrom(limits: Limits, quota: Quota, used: Used): AccessRefusal | null {
  if (quota.seconds !== null) {
    const left = quota.seconds - used.seconds;
    if (left < SESSION_SECONDS_MIN) return "time-used-up";
    limits.sessionSeconds = lower(limits.sessionSeconds, Math.floor(left));
  }
  for (const [volume, limit] of VOLUMES) {
    const granted = quota[volume] ?? null;
    if (granted === null) continue;
    const left = granted - used[volume];
    if (left <= 0) return "volume-used-up";
    // Shares of a session that reaches into a period are no whole bytes: less than one is one.
    limits[limit] = lower(limits[limit], Math.max(1, Math.floor(left)));
  }
  return null;
}

function lower(limit: number | null, other: number): number {
  return limit === null ? other : Math.min(limit, other);
}

function refuse(reason: AccessRefusal, per: Quota["per"] | null = null): Remaining {
  return { kind: "refused", reason, per };
}
