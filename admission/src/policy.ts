import type { AccessPolicy, SignInMethod } from "@foyer/contract";

/** What is known of a log-in when its policy is chosen. */
export type LogIn = {
  method: SignInMethod;
  /** The visit it belongs to, counting from 1. */
  visitNumber: number;
};

/** What a NAS is told to hold a guest to. Null is no limit. */
export type Limits = {
  sessionSeconds: number | null;
  idleSeconds: number | null;
  uploadKbps: number | null;
  downloadKbps: number | null;
  /** Upload and download together. */
  sessionBytes: number | null;
};

/** The first policy that fits, in the branch's order; null refuses the log-in. */
export function choosePolicy(
  policies: readonly AccessPolicy[],
  { method, visitNumber }: LogIn,
): AccessPolicy | null {
  const fits = ({ when }: AccessPolicy) =>
    (when.methods.length === 0 || when.methods.includes(method)) &&
    (when.visitNumberMin === null || visitNumber >= when.visitNumberMin);
  return policies.find(fits) ?? null;
}

export function limitsOf(policy: AccessPolicy): Limits {
  const { sessionSeconds, idleSeconds, uploadKbps, downloadKbps, sessionBytes } = policy;
  return { sessionSeconds, idleSeconds, uploadKbps, downloadKbps, sessionBytes };
}
