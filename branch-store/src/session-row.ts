import type { AccessPolicy } from "@foyer/contract";
import type { Transaction } from "./open.ts";

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
> & { sessionUploadBytes: number | null; sessionDownloadBytes: number | null };

export type Granted = {
  limits: PolicyLimits;
  /** When the right it came in by ends, such as an access code's; null: with its policy alone. */
  endsAt: Date | null;
  /** The access code it came in by; absent: by none, or nobody knows. */
  accessCodeId?: string;
  /** The name of the member's credential it came in by; absent: by none, or nobody knows. */
  credential?: string;
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
  /** 1: its NAS took another end than the one its accounting goes on to name. */
  end_changed: number;
};

type Begun = {
  id: string;
  deviceId: string;
  guestId: string | null;
  visitId: string;
  policyId: string | null;
  granted: Granted | null;
  startedAt: Date;
};

/** A session that begins, as it will stand in the store: reading it back costs as much as writing. */
export const newRow = (report: SessionReport, begun: Begun): SessionRow => ({
  id: begun.id,
  nas_id: report.nasId,
  acct_session_id: report.acctSessionId,
  device_id: begun.deviceId,
  guest_id: begun.guestId,
  visit_id: begun.visitId,
  ip: report.ip ?? null,
  user_name: report.userName ?? null,
  nas_address: report.nasAddress ?? null,
  started_at: begun.startedAt.getTime(),
  last_activity_at: begun.startedAt.getTime(),
  ended_at: null,
  cause: null,
  connected_seconds: 0,
  upload_bytes: 0,
  download_bytes: 0,
  expected_end_at: report.expectedEndAt?.getTime() ?? null,
  silent_after_seconds: report.silentAfterSeconds ?? null,
  stopped: 0,
  policy_id: begun.policyId,
  disconnect_cause: null,
  disconnect_asked_at: null,
  disconnect_outcome: null,
  granted: writeGranted(begun.granted),
  change_asked_at: null,
  change_outcome: null,
  end_changed: 0,
});

export function insertRow(tx: Transaction, row: SessionRow): void {
  tx.sql(
    `insert into sessions (id, nas_id, acct_session_id, device_id, guest_id, visit_id, ip,
       user_name, nas_address, started_at, last_activity_at, expected_end_at, silent_after_seconds,
       policy_id, granted)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    row.id,
    row.nas_id,
    row.acct_session_id,
    row.device_id,
    row.guest_id,
    row.visit_id,
    row.ip,
    row.user_name,
    row.nas_address,
    row.started_at,
    row.last_activity_at,
    row.expected_end_at,
    row.silent_after_seconds,
    row.policy_id,
    row.granted,
  );
}

/** Counters only grow: a late or doubled report cannot shrink what is known. */
export function withUsage(row: SessionRow, report: SessionReport): SessionRow {
  // A session that goes on past its limit is one whose NAS lets it.
  const { at, expectedEndAt: limit } = report;
  const told = limit && limit > at ? limit.getTime() : row.expected_end_at;
  return {
    ...row,
    ip: report.ip ?? row.ip,
    connected_seconds: Math.max(row.connected_seconds, report.connectedSeconds ?? 0),
    upload_bytes: Math.max(row.upload_bytes, report.uploadBytes ?? 0),
    download_bytes: Math.max(row.download_bytes, report.downloadBytes ?? 0),
    last_activity_at: Math.max(row.last_activity_at, at.getTime()),
    user_name: report.userName ?? row.user_name,
    nas_address: report.nasAddress ?? row.nas_address,
    expected_end_at: row.end_changed === 1 ? row.expected_end_at : told,
    silent_after_seconds: report.silentAfterSeconds ?? row.silent_after_seconds,
    policy_id: report.policyId ?? row.policy_id,
    granted: row.granted ?? writeGranted(report.granted),
  };
}

const USAGE_COLUMNS = `connected_seconds = ?, upload_bytes = ?, download_bytes = ?,
  last_activity_at = ?, user_name = ?, nas_address = ?, expected_end_at = ?,
  silent_after_seconds = ?, policy_id = ?, granted = ?, stopped = ?`;
const UPDATE_USAGE = `update sessions set ${USAGE_COLUMNS} where id = ?`;
/** Apart, for SQLite writes the index of a column anew whenever it is named. */
const UPDATE_END = `update sessions set ${USAGE_COLUMNS}, ended_at = ?, cause = ? where id = ?`;

const usageValues = (row: SessionRow) => [
  row.connected_seconds,
  row.upload_bytes,
  row.download_bytes,
  row.last_activity_at,
  row.user_name,
  row.nas_address,
  row.expected_end_at,
  row.silent_after_seconds,
  row.policy_id,
  row.granted,
  row.stopped,
];

/** What reports change of a session that was read in this very transaction. */
export function writeUsage(tx: Transaction, row: SessionRow): void {
  tx.sql(UPDATE_USAGE).run(...usageValues(row), row.id);
}

/** The same with its end. */
export function writeEnd(tx: Transaction, row: SessionRow): void {
  tx.sql(UPDATE_END).run(...usageValues(row), row.ended_at, row.cause, row.id);
}

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

/** As it is kept: an earlier release said nothing of either way by itself. */
type Written = Omit<Granted, "endsAt" | "limits"> & {
  endsAt: string | null;
  limits: Partial<PolicyLimits> & Omit<PolicyLimits, keyof typeof UNSAID>;
};
const UNSAID = { sessionUploadBytes: null, sessionDownloadBytes: null };

export function readGranted(text: string | null): Granted | null {
  if (text === null) return null;
  const { endsAt, limits, ...granted } = JSON.parse(text) as Written;
  return {
    ...{ ...granted, limits: { ...UNSAID, ...limits } },
    endsAt: endsAt === null ? null : new Date(endsAt),
  };
}

function toOrder(row: SessionRow): DisconnectOrder | null {
  const { disconnect_cause: cause, disconnect_asked_at: askedAt } = row;
  if (cause === null || askedAt === null) return null;
  return { cause, askedAt: new Date(askedAt), outcome: row.disconnect_outcome };
}
