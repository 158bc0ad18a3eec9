import type { Counts } from "../filter/counters.ts";
import { causes, isVolumeUsedUp, type SessionLimits } from "./records.ts";

/** A session as it is kept: plain JSON, and no clock in it, since the box's may be set meanwhile. */
export type GatewaySession = {
  /** Acct-Session-Id. */
  id: string;
  mac: string;
  ip: string;
  username: string;
  /** Class of the Access-Accept, base64; null: there was none. */
  className: string | null;
  limits: SessionLimits;
  interimSeconds: number;
  elapsedSeconds: number;
  /** Since the guest last sent anything. */
  idleSeconds: number;
  sinceInterimSeconds: number;
} & Counts;

/**
 * Under a policy that says nothing of it: whoever sends nothing for so long is gone, and their visit is
 * not to last for as long as their lease.
 */
export const IDLE_SECONDS = 30 * 60;

/** The same after some time in which nothing is known to have passed. */
export function pass(session: GatewaySession, seconds: number): GatewaySession {
  return {
    ...session,
    elapsedSeconds: session.elapsedSeconds + seconds,
    idleSeconds: session.idleSeconds + seconds,
    sinceInterimSeconds: session.sinceInterimSeconds + seconds,
  };
}

/** What the packet filter has counted. What it forgot stays counted (RFC 2869 §2.1: cumulative). */
export function count(session: GatewaySession, counts: Counts): GatewaySession {
  const uploadBytes = Math.max(session.uploadBytes, counts.uploadBytes);
  const downloadBytes = Math.max(session.downloadBytes, counts.downloadBytes);
  const hasSent = uploadBytes > session.uploadBytes;
  return { ...session, uploadBytes, downloadBytes, idleSeconds: hasSent ? 0 : session.idleSeconds };
}

export type Due = { kind: "end"; cause: number } | { kind: "interim" } | null;

/** What is to be done about a session now. */
export function judge(session: GatewaySession): Due {
  const { limits, elapsedSeconds, idleSeconds } = session;
  if (limits.sessionSeconds !== null && elapsedSeconds >= limits.sessionSeconds)
    return { kind: "end", cause: causes.sessionTimeout };
  // RFC 2866 §5.10 has no cause of its own for it; CoovaChilli says Session-Timeout, too.
  if (isVolumeUsedUp(session, limits)) return { kind: "end", cause: causes.sessionTimeout };
  if (idleSeconds >= (limits.idleSeconds ?? IDLE_SECONDS))
    return { kind: "end", cause: causes.idleTimeout };
  return session.sinceInterimSeconds >= session.interimSeconds ? { kind: "interim" } : null;
}

/** What an order may name a session by; what it does not say, fits any. */
export type Named = {
  id: string | null;
  username: string | null;
  mac: string | null;
  ip: string | null;
};

/** RFC 5176 §3: all that is said has to fit, and something must be said. */
export function findNamed(sessions: Iterable<GatewaySession>, named: Named): GatewaySession | null {
  const said = Object.entries(named).filter(([, value]) => value !== null);
  if (said.length === 0) return null;
  const fits = (session: GatewaySession) =>
    said.every(([name, value]) => session[name as keyof Named] === value);
  return [...sessions].find(fits) ?? null;
}
