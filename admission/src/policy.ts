import type { AccessPolicy, GuestMarks, SignInMethod } from "@foyer/contract";

/** What is known of a log-in when its policy is chosen. */
export type LogIn = {
  method: SignInMethod;
  /** The visit it belongs to, counting from 1. */
  visitNumber: number;
  /** What the cloud has marked the guest with; empty for one it does not know. */
  marks: GuestMarks;
};

/** What a NAS is told to hold a guest to. Null is no limit. */
export type Limits = {
  sessionSeconds: number | null;
  idleSeconds: number | null;
  uploadKbps: number | null;
  downloadKbps: number | null;
  /** Upload and download together. */
  sessionBytes: number | null;
  /** What the guest sends. */
  sessionUploadBytes: number | null;
  /** What the guest receives. */
  sessionDownloadBytes: number | null;
};

/** Whether a session has sent and received all that it may. */
export function isVolumeUsedUp(
  { uploadBytes, downloadBytes }: { uploadBytes: number; downloadBytes: number },
  limits: Pick<Limits, "sessionBytes" | "sessionUploadBytes" | "sessionDownloadBytes">,
): boolean {
  const isOver = (bytes: number, limit: number | null) => limit !== null && bytes >= limit;
  return (
    isOver(uploadBytes + downloadBytes, limits.sessionBytes) ||
    isOver(uploadBytes, limits.sessionUploadBytes) ||
    isOver(downloadBytes, limits.sessionDownloadBytes)
  );
}

/** The first policy that fits, in the branch's order; null refuses the log-in. */
export function choosePolicy(policies: readonly AccessPolicy[], logIn: LogIn): AccessPolicy | null {
  return policies.find((policy) => fits(policy.when, logIn)) ?? null;
}

function fits(when: AccessPolicy["when"], { method, visitNumber, marks }: LogIn): boolean {
  const { methods, visitNumberMin, visitNumberMax, groups, tags, tiers } = when;
  return (
    isAnyOf(methods, [method]) &&
    visitNumber >= (visitNumberMin ?? 1) &&
    visitNumber <= (visitNumberMax ?? Number.POSITIVE_INFINITY) &&
    isAnyOf(groups, marks.groups) &&
    isAnyOf(tags, marks.tags) &&
    isAnyOf(tiers, marks.tier === null ? [] : [marks.tier])
  );
}

/** A condition that names nothing asks for nothing. */
function isAnyOf(wanted: readonly string[] | undefined, given: readonly string[]): boolean {
  return !wanted || wanted.length === 0 || given.some((each) => wanted.includes(each));
}

export function limitsOf(policy: AccessPolicy): Limits {
  const { sessionSeconds, idleSeconds, uploadKbps, downloadKbps, sessionBytes } = policy;
  const { sessionUploadBytes = null, sessionDownloadBytes = null } = policy;
  return {
    ...{ sessionSeconds, idleSeconds, uploadKbps, downloadKbps },
    ...{ sessionBytes, sessionUploadBytes, sessionDownloadBytes },
  };
}
