import type { Reader } from "./open.ts";
import { type Session, type SessionRow, toSession } from "./session-row.ts";

/** The last that a NAS told over RADIUS: until then somebody listened. Null: none ever did. */
export function findLastHeard(tx: Reader): Date | null {
  const { last } = tx
    .sql(
      `select max(last_activity_at) as last from sessions
       where nas_address is not null and last_activity_at <= ?`,
    )
    .get(tx.now.getTime()) as { last: number | null };
  return last === null ? null : new Date(last);
}

export function findSession(tx: Reader, sessionId: string): Session | null {
  const row = tx.sql("select * from sessions where id = ?").get(sessionId);
  return row ? toSession(row as SessionRow) : null;
}

/** The newest session under this id of a NAS and device, ended or not; null: it never told of one. */
export function findSessionOfNas(
  tx: Reader,
  named: { nasId: string; acctSessionId: string; deviceId: string },
): Session | null {
  const row = tx
    .sql(
      `select * from sessions where nas_id = +? and acct_session_id = +? and device_id = +?
       order by started_at desc limit 1`,
    )
    .get(named.nasId, named.acctSessionId, named.deviceId);
  return row ? toSession(row as SessionRow) : null;
}

/** The newest session of a device on a NAS, ended or not; null: there was none. */
export function findLastSessionOnNas(
  tx: Reader,
  { nasId, deviceId }: { nasId: string; deviceId: string },
): Session | null {
  const row = tx
    .sql(
      `select * from sessions where device_id = +? and nas_id = +?
       order by started_at desc limit 1`,
    )
    .get(deviceId, nasId);
  return row ? toSession(row as SessionRow) : null;
}

export function listOpenSessionsOfNas(tx: Reader, nasId: string): Session[] {
  const rows = tx
    // By the index of what is open: a NAS's own would lead through all that it ever told of.
    .sql(
      `select * from sessions indexed by sessions_open_ip
       where ended_at is null and nas_id = +? order by started_at`,
    )
    .all(nasId);
  return (rows as SessionRow[]).map(toSession);
}

export function listOpenSessions(tx: Reader): Session[] {
  const rows = tx.sql("select * from sessions where ended_at is null order by started_at").all();
  return (rows as SessionRow[]).map(toSession);
}

export function listOpenSessionsOfDevice(tx: Reader, deviceId: string): Session[] {
  return listOpenRows(tx, deviceId).map(toSession);
}

export function listOpenRows(tx: Reader, deviceId: string): SessionRow[] {
  return tx
    .sql("select * from sessions where device_id = +? and ended_at is null order by started_at")
    .all(deviceId) as SessionRow[];
}

/** The session at a source address, as its NAS has told over RADIUS: proof of who asks. */
export function findOpenSessionByIp(tx: Reader, ip: string): Session | null {
  const row = tx
    .sql("select * from sessions where ip = +? and ended_at is null order by started_at desc")
    .get(ip);
  return row ? toSession(row as SessionRow) : null;
}
