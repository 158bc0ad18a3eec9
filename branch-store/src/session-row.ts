import type { AccessPolicy } from "@foyer/contract";

export type Session = {
  id: string;
  nasId: string;
  acctSessionId: string;
  deviceId: string;
  guestId: string | null;
  visitId: string;
  ip: string | null;
  /** What the NAS knows the guest by, and where it reported from: for a Disconnect-Request. */
  userName: string | null;
  nasAddress: string | null;
  startedAt: Date;
  lastActivityAt: Date;
  endedAt: Date | null;
  cause: string | null;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  /** When its time limit ends it, as its NAS was told; null where nobody knows. */
  expectedEndAt: Date | null;
  /** What it was granted; null where its NAS did not say. */
  policyId: string | null;
  /** The last order to its NAS to end it; null: none was given. */
  disconnect: DisconnectOrder | null;
  /** What its policy granted it; null where its NAS did not say. */
  granted: Granted | null;
  /** The last order to its NAS to hold it to other limits; null: none was given. */
  change: LimitOrder | null;
};

/** A policy's own limits, whatever else ends a session before. Null is no limit. */
export type PolicyLimits = Pick<
  AccessPolicy,
  "sessionSeconds" | "idleSeconds" | "uploadKbps" | "downloadKbps" | "sessionBytes"
>;

export type Granted = {
  limits: PolicyLimits;
  /** When the right it came in by ends, such as an access code's; null: with its policy alone. */
  endsAt: Date | null;
  /** The access code it came in by; absent: by none, or nobody knows. */
  accessCodeId?: string;
};

export type DisconnectOrder = LimitOrder & {
  /** Why, in a word. */
  cause: string;
};

export type LimitOrder = {
  askedAt: Date;
  /** How the NAS took it, such as `acknowledged` or `refused 503`; null while unanswered. */
  outcome: string | null;
};

/** What a NAS, or the portal for a NAS without accounting, says of a session. */
export type SessionReport = {
  nasId: string;
  /** Unique per NAS only (RFC 2866 §5.5), and not for ever. */
  acctSessionId: string;
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  /** When it happened: now less Acct-Delay-Time. */
  at: Date;
  /** The NAS told no delay: it may have happened a little earlier. */
  mayBeLate?: boolean;
  ip?: string;
  userName?: string;
  nasAddress?: string;
  /** Cumulative since the session's start (RFC 2869 §2.1). */
  connectedSeconds?: number;
  uploadBytes?: number;
  downloadBytes?: number;
  /** When its time limit ends it. */
  expectedEndAt?: Date;
  /** Silence after which it is taken for dead: a few times the interim interval. */
  silentAfterSeconds?: number;
  /** Whose it is; unsaid, its ticket tells, or else the device. */
  guestId?: string;
  /** What it was granted; unsaid, its ticket tells. */
  policyId?: string;
  /** Unsaid, nobody knows. */
  granted?: Granted;
};

export type SessionRow = {
  id: string;
  nas_id: string;
  acct_session_id: string;
  device_id: string;
  guest_id: string | null;
  visit_id: string;
  ip: string | null;
  user_name: string | null;
  nas_address: string | null;
  started_at: number;
  last_activity_at: number;
  ended_at: number | null;
  cause: string | null;
  /** As its NAS counted them; 0 where it has told none: see `secondsOf`. */
  connected_seconds: number;
  upload_bytes: number;
  download_bytes: number;
  expected_end_at: number | null;
  silent_after_seconds: number | null;
  /** 1: its NAS told of the end. */
  stopped: number;
  policy_id: string | null;
  disconnect_cause: string | null;
  disconnect_asked_at: number | null;
  disconnect_outcome: string | null;
  granted: string | null;
  change_asked_at: number | null;
  change_outcome: string | null;
};

/**
 * A NAS that counts no seconds, or has told none yet, still had the guest from start to end. That is
 * never stored as a count: what the NAS tells afterwards is the truth, be it less.
 */
export const secondsOf = ({ connected_seconds, started_at, ended_at }: SessionRow): number =>
  connected_seconds > 0 || ended_at === null
    ? connected_seconds
    : Math.round((ended_at - started_at) / 1000);

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  nasId: row.nas_id,
  acctSessionId: row.acct_session_id,
  deviceId: row.device_id,
  guestId: row.guest_id,
  visitId: row.visit_id,
  ip: row.ip,
  userName: row.user_name,
  nasAddress: row.nas_address,
  startedAt: new Date(row.started_at),
  lastActivityAt: new Date(row.last_activity_at),
  endedAt: row.ended_at === null ? null : new Date(row.ended_at),
  cause: row.cause,
  connectedSeconds: secondsOf(row),
  uploadBytes: row.upload_bytes,
  downloadBytes: row.download_bytes,
  expectedEndAt: row.expected_end_at === null ? null : new Date(row.expected_end_at),
  policyId: row.policy_id,
  disconnect: toOrder(row),
  granted: readGranted(row.granted),
  change:
    row.change_asked_at === null
      ? null
      : { askedAt: new Date(row.change_asked_at), outcome: row.change_outcome },
});

export const writeGranted = (granted: Granted | null | undefined): string | null =>
  granted ? JSON.stringify(granted) : null;

function readGranted(text: string | null): Granted | null {
  if (text === null) return null;
  type Written = Omit<Granted, "endsAt"> & { endsAt: string | null };
  const { endsAt, ...granted } = JSON.parse(text) as Written;
  return { ...granted, endsAt: endsAt === null ? null : new Date(endsAt) };
}

function toOrder(row: SessionRow): DisconnectOrder | null {
  const { disconnect_cause: cause, disconnect_asked_at: askedAt } = row;
  if (cause === null || askedAt === null) return null;
  return { cause, askedAt: new Date(askedAt), outcome: row.disconnect_outcome };
}
