import type { Reader, Transaction } from "./open.ts";
import { type Granted, readGranted, type SessionReport, writeGranted } from "./session-row.ts";

/** What a device was granted by a credential, told its NAS in an Access-Accept. */
export type MemberAdmission = {
  deviceId: string;
  nasId: string;
  /** The User-Name its NAS asked with: the outer identity, in clear for everybody. */
  userName: string;
  policyId: string;
  granted: Granted & { credential: string };
};

type AdmissionRow = {
  username: string;
  user_name: string;
  policy_id: string;
  granted: string;
  admitted_at: number;
};

/** A session that was not told of by then is not told of at all. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Some NAS count a session from the association on, which is before their guest was let in. */
const BEGUN_BEFORE_MS = 30_000;
/** How soon a session that says nothing of whose it is has to follow to be this one. */
const NAMELESS_MS = 60_000;

/** Keeps it for the session that is to follow; what the NAS was told of the credential before gives way. */
export function keepMemberAdmission(tx: Transaction, admission: MemberAdmission): void {
  const { deviceId, nasId, userName, policyId, granted } = admission;
  tx.sql(
    `insert or replace into member_admissions
       (device_id, nas_id, username, user_name, policy_id, granted, admitted_at)
     values (?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    ...[deviceId, nasId, granted.credential, userName, policyId, writeGranted(granted)],
    tx.now.getTime(),
  );
}

/**
 * What a session that begins was granted where its NAS does not send Class back: what it was told of the
 * device last before that. A NAS names the session as it named the log-in (RFC 2865 §5.1); one that
 * names it otherwise speaks of another way in, and one that names nobody is believed for a moment.
 */
export function findMemberAdmission(
  tx: Reader,
  { nasId, userName }: Pick<SessionReport, "nasId" | "userName">,
  { deviceId, startedAt }: { deviceId: string; startedAt: Date },
): Pick<MemberAdmission, "policyId" | "granted"> | null {
  const at = startedAt.getTime();
  const row = tx
    .sql(
      `select * from member_admissions where device_id = ? and nas_id = ? and admitted_at <= ?
       order by admitted_at desc limit 1`,
    )
    .get(deviceId, nasId, at + BEGUN_BEFORE_MS) as AdmissionRow | undefined;
  if (!row) return null;
  const isIts =
    userName === undefined
      ? at - row.admitted_at <= NAMELESS_MS
      : userName === row.user_name || userName === row.username;
  const granted = isIts ? readGranted(row.granted) : null;
  return granted && { policyId: row.policy_id, granted: { ...granted, credential: row.username } };
}

/** Forgets those whose session has been told of, if it ever is. */
export function purgeMemberAdmissions(tx: Transaction): void {
  tx.sql("delete from member_admissions where admitted_at < ?").run(tx.now.getTime() - KEPT_MS);
}
