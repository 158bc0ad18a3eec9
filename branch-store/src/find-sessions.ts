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
