import type { Quota } from "@foyer/contract";
import { findClockReading } from "./box-time.ts";
import type { Reader } from "./open.ts";
import { findOpenVisit } from "./visits.ts";

export type Used = { seconds: number; bytes: number };

export type UsageQuestion = {
  guestId: string;
  /** The device that asks: its guest may be in a visit with it. */
  deviceId: string;
  /** When the branch's day and week began. */
  dayStart: Date;
  weekStart: Date;
};

type PeriodRow = { seconds: number; bytes: number };

/**
 * What a guest has used up on all their devices, in each period a quota can have. A session that
 * reaches into a period counts with the share of its time that lies in it; one that goes on counts
 * the time until now, though its NAS has not told of it yet.
 */
export function findUsage(tx: Reader, question: UsageQuestion): Record<Quota["per"], Used> {
  const { guestId, deviceId, dayStart, weekStart } = question;
  const visit = findOpenVisit(tx, { deviceId, guestId, at: tx.now });
  const since = (start: number) => sumSince(tx, { guestId, start, visitId: null });
  return {
    visit: visit === null ? NOTHING : sumSince(tx, { guestId, start: 0, visitId: visit.id }),
    day: since(dayStart.getTime()),
    week: since(weekStart.getTime()),
    ever: withPast(tx, guestId, since(0)),
  };
}

/** With what they used in sessions that are kept no more. */
function withPast(tx: Reader, guestId: string, used: Used): Used {
  const past = tx.sql("select seconds, bytes from past_usage where guest_id = ?").get(guestId) as
    | Used
    | undefined;
  if (!past) return used;
  return { seconds: used.seconds + past.seconds, bytes: used.bytes + past.bytes };
}

const NOTHING: Used = { seconds: 0, bytes: 0 };

function sumSince(
  tx: Reader,
  { guestId, start, visitId }: { guestId: string; start: number; visitId: string | null },
): Used {
  const row = tx
    .sql(
      `select coalesce(sum(share * max(connected_seconds, uncounted_seconds)), 0) as seconds,
         coalesce(sum(share * (upload_bytes + download_bytes)), 0) as bytes
       from (
         select connected_seconds, upload_bytes, download_bytes,
           case when ended_at is null or connected_seconds = 0
             then (coalesce(ended_at, @now) - started_at) / 1000 else 0 end as uncounted_seconds,
           case when started_at >= @start then 1.0
             else max(0.0, min(1.0, (coalesce(ended_at, @now) - @start)
               / max(1.0, coalesce(ended_at, @now) - started_at))) end as share
         from sessions
         where guest_id = @guestId and (@visitId is null or visit_id = @visitId)
           and (ended_at is null or ended_at > @start)
       )`,
    )
    .get({ now: tx.now.getTime(), start, guestId, visitId }) as PeriodRow;
  return { seconds: Math.max(0, row.seconds), bytes: Math.max(0, row.bytes) };
}

type OpenRow = {
  device_id: string;
  nas_id: string;
  started_at: number;
  last_activity_at: number;
  silent_after_seconds: number | null;
};

/** Devices of a guest, other than this one, that are online as far as their NAS are heard of. */
export function countOtherDevices(
  tx: Reader,
  { guestId, deviceId }: { guestId: string; deviceId: string },
): number {
  const open = tx
    .sql(
      `select device_id, nas_id, started_at, last_activity_at, silent_after_seconds from sessions
       where guest_id = +? and device_id <> +? and ended_at is null`,
    )
    .all(guestId, deviceId) as OpenRow[];
  if (open.length === 0) return 0;
  const since = findListeningSince(tx);
  const present = open.filter((row) => !isGhost(tx, row, since));
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
 * Whether a session has missed a report: its device may have left while its NAS lost power, and must
 * not keep its guest's new one out. The silence after which it is ended is twice as long, since to end
 * one that goes on costs more than to let one device too many in. Nobody has missed what came while
 * nobody listened.
 */
function isGhost(tx: Reader, row: OpenRow, listeningSince: number): boolean {
  const { silent_after_seconds: seconds } = row;
  // Of a controller that is asked, not one that reports.
  if (seconds === null) return false;
  const silenceMs = tx.now.getTime() - Math.max(row.last_activity_at, listeningSince);
  if (row.last_activity_at > row.started_at) return silenceMs > seconds * 500;
  if (silenceMs <= UNREPORTED_MS) return false;
  const shortest = findShortestSilence(tx, row);
  return shortest !== null && silenceMs > shortest * 500;
}

/**
 * In seconds, by the shortest interval at which the NAS of a session that was never reported of has
 * reported of others: it may keep one of its own. Null: it has reported of none.
 */
function findShortestSilence(tx: Reader, { nas_id, silent_after_seconds }: OpenRow): number | null {
  const told = tx.sql(
    `select min(silent_after_seconds) as seconds
     from (select nas_id, silent_after_seconds from sessions order by rowid desc limit ?)
     where nas_id = ? and silent_after_seconds < ?`,
  );
  const row = told.get(SESSIONS_LOOKED_AT, nas_id, silent_after_seconds);
  return (row as { seconds: number | null }).seconds;
}
