import type { Quota } from "@foyer/contract";
import { findClockReading } from "./box-time.ts";
import type { Reader } from "./open.ts";
import type { SessionRow } from "./session-row.ts";
import { findOpenVisit } from "./visits.ts";

/** `bytes` is up and down together, with what was kept before they were told apart. */
export type Used = { seconds: number; bytes: number; uploadBytes: number; downloadBytes: number };

export type UsageQuestion = {
  guestId: string;
  /** The device that asks: its guest may be in a visit with it. */
  deviceId: string;
  /** When the branch's day and week began. */
  dayStart: Date;
  weekStart: Date;
};

/**
 * What a guest has used up on all their devices, in each period a quota can have. A session that
 * reaches into a period counts with the share of its time that lies in it. One that goes on counts
 * the time until now though its NAS has not told of it yet, and only until a report of it is missed.
 */
export function findUsage(tx: Reader, question: UsageQuestion): Record<Quota["per"], Used> {
  const { guestId, deviceId, dayStart, weekStart } = question;
  const visit = findOpenVisit(tx, { deviceId, guestId, at: tx.now });
  const open = listOpen(tx, guestId);
  const since = (start: number) => sumSince(tx, { guestId, start, visitId: null, open });
  return {
    visit: visit ? sumSince(tx, { guestId, start: 0, visitId: visit.id, open }) : NOTHING,
    day: since(dayStart.getTime()),
    week: since(weekStart.getTime()),
    ever: withPast(tx, guestId, since(0)),
  };
}

/** With what they used in sessions that are kept no more. */
function withPast(tx: Reader, guestId: string, used: Used): Used {
  const past = tx
    .sql(
      `select seconds, bytes, upload_bytes as uploadBytes, download_bytes as downloadBytes
       from past_usage where guest_id = ?`,
    )
    .get(guestId) as Used | undefined;
  return past ? add(used, past) : used;
}

const NOTHING: Used = { seconds: 0, bytes: 0, uploadBytes: 0, downloadBytes: 0 };

const add = (one: Used, other: Used): Used => ({
  seconds: one.seconds + other.seconds,
  bytes: one.bytes + other.bytes,
  uploadBytes: one.uploadBytes + other.uploadBytes,
  downloadBytes: one.downloadBytes + other.downloadBytes,
});

type Stretch = { guestId: string; start: number; visitId: string | null; open: readonly OpenUse[] };

function sumSince(tx: Reader, { open, ...stretch }: Stretch): Used {
  const ofVisit = open.filter(({ row }) => [null, row.visit_id].includes(stretch.visitId));
  const used = ofVisit.map((each) => useSince(each, stretch.start));
  return used.reduce(add, sumEnded(tx, stretch));
}

function sumEnded(tx: Reader, { guestId, start, visitId }: Omit<Stretch, "open">): Used {
  const row = tx
    .sql(
      `select coalesce(sum(share * case when connected_seconds = 0
           then (ended_at - started_at) / 1000 else connected_seconds end), 0) as seconds,
         coalesce(sum(share * upload_bytes), 0) as uploadBytes,
         coalesce(sum(share * download_bytes), 0) as downloadBytes
       from (
         select connected_seconds, upload_bytes, download_bytes, started_at, ended_at,
           case when started_at >= @start then 1.0
             else max(0.0, min(1.0, (ended_at - @start) / max(1.0, ended_at - started_at)))
           end as share
         from sessions
         where guest_id = @guestId and (@visitId is null or visit_id = @visitId)
           and ended_at > @start
       )`,
    )
    .get({ start, guestId, visitId }) as Omit<Used, "bytes">;
  return { ...row, bytes: row.uploadBytes + row.downloadBytes };
}

/** A session that goes on, as long as that is known. */
type OpenUse = { row: SessionRow; until: number };

function listOpen(tx: Reader, guestId: string): OpenUse[] {
  const rows = tx
    .sql("select * from sessions where guest_id = +? and ended_at is null")
    .all(guestId) as SessionRow[];
  if (rows.length === 0) return [];
  const since = findListeningSince(tx);
  return rows.map((row) => ({ row, until: knownUntil(tx, row, since) }));
}

/** Now; or, where its NAS was silent for too long, when a report of it was missed at the latest. */
function knownUntil(tx: Reader, row: SessionRow, listeningSince: number): number {
  const now = tx.now.getTime();
  const allowedMs = findMissedSilence(tx, row, listeningSince);
  return allowedMs === null ? now : Math.min(now, row.last_activity_at + allowedMs);
}

function useSince({ row, until }: OpenUse, start: number): Used {
  const goneMs = Math.max(0, until - row.started_at);
  const share =
    row.started_at >= start ? 1 : Math.max(0, Math.min(1, (until - start) / Math.max(1, goneMs)));
  const uploadBytes = share * row.upload_bytes;
  const downloadBytes = share * row.download_bytes;
  return {
    seconds: share * Math.max(row.connected_seconds, Math.floor(goneMs / 1000)),
    ...{ bytes: uploadBytes + downloadBytes, uploadBytes, downloadBytes },
  };
}

/** Devices of a guest, other than this one, that are online as far as their NAS are heard of. */
export function countOtherDevices(
  tx: Reader,
  { guestId, deviceId }: { guestId: string; deviceId: string },
): number {
  const open = tx
    .sql(`select * from sessions where guest_id = +? and device_id <> +? and ended_at is null`)
    .all(guestId, deviceId) as SessionRow[];
  if (open.length === 0) return 0;
  const since = findListeningSince(tx);
  const present = open.filter((row) => findMissedSilence(tx, row, since) === null);
  return new Set(present.map(({ device_id }) => device_id)).size;
}

/**
 * Since when this process can have heard a NAS, in milliseconds: the machine is on and the store open.
 * A clock that was put back since has left the one ahead of now, one that was put on the one behind.
 */
function findListeningSince(tx: Reader): number {
  const [now, openedAt] = [tx.now.getTime(), tx.openedAt.getTime()];
  const bootAt = findClockReading(tx)?.bootAt ?? 0;
  return Math.max(bootAt, openedAt > now ? 0 : openedAt);
}

/**
 * How long a session may be silent that has told of nothing but its start, at least: RFC 2869 §5.16
 * allows for 10 minutes.
 */
const UNREPORTED_MS = 15 * 60_000;
/** Of how many of the newest sessions it is looked whether their NAS reports. */
const SESSIONS_LOOKED_AT = 200;

/**
 * After how much silence, in milliseconds, a session has missed a report, where it has; null: it has
 * not. Its device may have left while its NAS lost power: it must not keep its guest's new one out, nor
 * use their time up. The silence after which it is ended is twice as long, since to end one that goes on
 * costs more than to let one device too many in. Nobody has missed what came while nobody listened.
 */
function findMissedSilence(tx: Reader, row: SessionRow, listeningSince: number): number | null {
  const { silent_after_seconds: seconds } = row;
  // Of a controller that is asked, not one that reports.
  if (seconds === null) return null;
  const silenceMs = tx.now.getTime() - Math.max(row.last_activity_at, listeningSince);
  const ifOver = (allowedMs: number) => (silenceMs > allowedMs ? allowedMs : null);
  if (row.last_activity_at > row.started_at) return ifOver(seconds * 500);
  if (silenceMs <= UNREPORTED_MS) return null;
  const shortest = findShortestSilence(tx, row);
  return shortest === null ? null : ifOver(Math.max(UNREPORTED_MS, shortest * 500));
}

/**
 * In seconds, by the shortest interval at which the NAS of a session that was never reported of has
 * reported of others: it may keep one of its own. Null: it has reported of none.
 */
function findShortestSilence(
  tx: Reader,
  { nas_id, silent_after_seconds }: SessionRow,
): number | null {
  const told = tx.sql(
    `select min(silent_after_seconds) as seconds
     from (select nas_id, silent_after_seconds from sessions order by rowid desc limit ?)
     where nas_id = ? and silent_after_seconds < ?`,
  );
  const row = told.get(SESSIONS_LOOKED_AT, nas_id, silent_after_seconds);
  return (row as { seconds: number | null }).seconds;
}
