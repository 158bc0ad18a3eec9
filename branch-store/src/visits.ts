import type { VisitSource } from "@foyer/contract";
import { type Consent, listConsents } from "./consents.ts";
import { findKnownGuestOfDevice, visitGapMs } from "./devices.ts";
import { findKnownVisits } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent, findEpoch } from "./outbox.ts";

/** Arrival to leaving: sessions closer together than the branch's gap. */
export type Visit = {
  id: string;
  deviceId: string;
  guestId: string | null;
  /** `passive`: there was no session yet. */
  source: VisitSource;
  startedAt: Date;
  lastActivityAt: Date;
  endedAt: Date | null;
};

type VisitRow = {
  id: string;
  device_id: string;
  guest_id: string | null;
  source: VisitSource;
  started_at: number;
  last_activity_at: number;
  ended_at: number | null;
};

const toVisit = (row: unknown): Visit | null => {
  if (!row) return null;
  const visit = row as VisitRow;
  return {
    id: visit.id,
    deviceId: visit.device_id,
    guestId: visit.guest_id,
    source: visit.source,
    startedAt: new Date(visit.started_at),
    lastActivityAt: new Date(visit.last_activity_at),
    endedAt: visit.ended_at === null ? null : new Date(visit.ended_at),
  };
};

/**
 * The visit a device, or its guest on another device, is in at the moment `at`. One that belongs to
 * another guest goes on without this one: the device has passed to somebody else.
 */
export function findOpenVisit(
  tx: Reader,
  { deviceId, guestId, at }: { deviceId: string; guestId: string | null; at: Date },
): Visit | null {
  const rows = tx
    .sql(
      // Each side says that it is open: only so does SQLite take an index for each.
      `select * from visits where (guest_id = +? and ended_at is null)
         or (device_id = +? and ended_at is null and (guest_id is null or +? is null))
       order by guest_id is null, started_at desc`,
    )
    .all(guestId, deviceId, guestId);
  return findLive(tx, rows, at);
}

function findLive(tx: Reader, rows: readonly unknown[], at: Date): Visit | null {
  const visits = rows.map((row) => toVisit(row) as Visit);
  return visits.find((visit) => isLive(tx, visit, at)) ?? null;
}

/** A visit with a session going on lives; without one it lives on for the branch's gap. */
function isLive(tx: Reader, visit: Visit, at: Date): boolean {
  const gap = visitGapMs(tx);
  // A report may be late, and a clock may have run ahead: that was before this visit.
  if (at.getTime() < visit.startedAt.getTime() - gap) return false;
  if (at.getTime() - visit.lastActivityAt.getTime() <= gap) return true;
  const open = tx.sql("select 1 from sessions where visit_id = ? and ended_at is null limit 1");
  return open.get(visit.id) !== undefined;
}

/**
 * The visit that something at `at` belongs to: an open one, one that was closed before this was told
 * of, or else a new one. Returns its id.
 */
export function enterVisit(
  tx: Transaction,
  arrival: { deviceId: string; guestId: string | null; source: VisitSource; at: Date },
): string {
  const { deviceId, guestId, source, at } = arrival;
  const open = findOpenVisit(tx, arrival) ?? findClosedTooSoon(tx, arrival);
  if (open && (open.endedAt === null || reopenVisit(tx, open.id))) {
    stretchVisit(tx, { visitId: open.id, from: at, until: at });
    // Whoever was noticed and then goes online is on one visit, and that is the Wi-Fi's.
    if (source === "wifi" && open.source !== source)
      tx.sql("update visits set source = ? where id = ?").run(source, open.id);
    return open.id;
  }
  // What lies open but is too old has not been noticed yet: it ended before this one begins.
  closeDueVisits(tx, { deviceId, at });
  const visitId = tx.newId();
  const seq = appendEvent(
    tx,
    "visit.started",
    { visitId, deviceId, guestId, source, startedAt: at.toISOString() },
    at,
  );
  tx.sql(
    `insert into visits (id, device_id, guest_id, source, started_at, last_activity_at,
       started_epoch, started_seq)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(visitId, deviceId, guestId, source, at.getTime(), at.getTime(), findEpoch(tx), seq);
  return visitId;
}

/** The visit that was over by the time something within its gap was told of. */
function findClosedTooSoon(
  tx: Reader,
  { deviceId, guestId, at }: { deviceId: string; guestId: string | null; at: Date },
): Visit | null {
  const since = at.getTime() - visitGapMs(tx);
  const rows = tx
    .sql(
      `select * from visits where guest_id = +? and ended_at >= +?
       union
       select visits.* from visits
       where id in (select visit_id from sessions where device_id = +? and ended_at >= +?)
         and ended_at >= +? and (guest_id is null or +? is null)
       order by ended_at desc`,
    )
    .all(guestId, since, deviceId, since, since, guestId);
  return findLive(tx, rows, at);
}

/**
 * A device was met on the network, whether or not it goes online: a passive visit of its guest, where
 * they agreed to being noticed so and have not withdrawn it. Null: nobody's, or nobody who agreed.
 */
export function enterPassively(tx: Transaction, deviceId: string): string | null {
  const guest = findKnownGuestOfDevice(tx, deviceId);
  const isAgreed = guest && listConsents(tx, guest.id).some(isGivenToPresence);
  if (!guest || !isAgreed) return null;
  return enterVisit(tx, { deviceId, guestId: guest.id, source: "passive", at: tx.now });
}

const isGivenToPresence = ({ purpose, given }: Consent) => purpose === "presence" && given;

/** Moves a visit's last activity forward, and its start back to what was told of late. */
export function stretchVisit(
  tx: Transaction,
  { visitId, from, until }: { visitId: string; from: Date; until: Date },
): void {
  tx.sql(
    `update visits set last_activity_at = max(last_activity_at, ?),
       started_at = min(started_at, ?) where id = ?`,
  ).run(until.getTime(), from.getTime(), visitId);
}

/**
 * A visit that began before anybody knew whose it was becomes the guest's; so does that of a guest
 * who proved nothing, who is taken for the same person. One whose guest has a number or an address
 * stays theirs, and
 * who is in a visit already is not given a second.
 */
export function attachOpenVisit(
  tx: Transaction,
  { deviceId, guestId }: { deviceId: string; guestId: string },
): void {
  const own = tx.sql("select * from visits where guest_id = ? and ended_at is null").all(guestId);
  if (findLive(tx, own, tx.now)) return;
  for (const table of ["visits", "sessions"])
    tx.sql(
      `update ${table} set guest_id = ? where device_id = ? and ended_at is null
         and (guest_id is null or exists (select 1 from guests
           where guests.id = guest_id and phone is null and verified_email is null
             and recognised_customer is null))`,
    ).run(guestId, deviceId);
}

/**
 * A visit goes on after all: a session of it was taken for dead and is not. False when its guest or
 * device has begun another since. Its end is told again when it comes.
 */
export function reopenVisit(tx: Transaction, visitId: string): boolean {
  const visit = toVisit(tx.sql("select * from visits where id = ?").get(visitId)) as Visit;
  if (visit.endedAt === null) return true;
  const other = tx.sql(
    `select 1 from visits where (guest_id = ? and ended_at is null)
       or (device_id = ? and ended_at is null) limit 1`,
  );
  if (other.get(visit.guestId, visit.deviceId)) return false;
  tx.sql("update visits set ended_at = null where id = ?").run(visitId);
  return true;
}

type Totals = { sessions: number; seconds: number; upload: number; download: number };

/**
 * Ends the visits whose last session is over for longer than the branch's gap. Their end is the
 * last activity, not the moment it was noticed. What a clock that ran ahead began is over as well.
 * Returns how many were ended.
 */
export function closeDueVisits(tx: Transaction, only?: { deviceId: string; at: Date }): number {
  const gap = visitGapMs(tx);
  const isDue = `ended_at is null and (last_activity_at < ? or started_at > ?)
    and not exists (select 1 from sessions
                    where sessions.visit_id = visits.id and sessions.ended_at is null)`;
  const bounds = [(only?.at ?? tx.now).getTime() - gap, tx.now.getTime() + gap];
  const due = only
    ? tx.sql(`select * from visits where device_id = ? and ${isDue}`).all(only.deviceId, ...bounds)
    : tx.sql(`select * from visits where ${isDue}`).all(...bounds);
  for (const row of due) endVisit(tx, toVisit(row) as Visit);
  return due.length;
}

function endVisit(tx: Transaction, visit: Visit): void {
  const endedAt = visit.lastActivityAt;
  const totals = tx
    .sql(
      `select count(*) as sessions,
         coalesce(sum(case when connected_seconds > 0 then connected_seconds
           else cast(round((coalesce(ended_at, started_at) - started_at) / 1000.0) as integer)
           end), 0) as seconds,
         coalesce(sum(upload_bytes), 0) as upload, coalesce(sum(download_bytes), 0) as download
       from sessions where visit_id = ?`,
    )
    .get(visit.id) as Totals;
  tx.sql("update visits set ended_at = ? where id = ?").run(endedAt.getTime(), visit.id);
  appendEvent(tx, "visit.ended", {
    visitId: visit.id,
    deviceId: visit.deviceId,
    guestId: visit.guestId,
    startedAt: visit.startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    sessions: totals.sessions,
    connectedSeconds: totals.seconds,
    uploadBytes: totals.upload,
    downloadBytes: totals.download,
  });
}

/** The number of the visit a guest is in, or would begin now, at this branch, from 1. */
export function findVisitNumber(tx: Reader, guestId: string): number {
  return findVisitNumbers(tx, guestId).here;
}

/**
 * Of a visit: whether what the cloud has counted leaves it out. With the log position and the seq that
 * this was counted through.
 */
const IS_UNCOUNTED = `case
    when acknowledged_position is not null then acknowledged_position > ?
    when started_epoch <> (select epoch from meta) then 0
    else started_seq > ? or exists (select 1 from outbox where seq = started_seq)
  end`;

/** Whether a visit of a guest is among those that the cloud has counted of them. */
export function isCountedVisit(tx: Reader, visit: { id: string; guestId: string }): boolean {
  const { toldPosition, throughSeq } = findKnownVisits(tx, visit.guestId);
  const { uncounted } = tx
    .sql(`select ${IS_UNCOUNTED} as uncounted from visits where id = ?`)
    .get(toldPosition, throughSeq, visit.id) as { uncounted: number };
  return uncounted === 0;
}

const OWN_VISITS = `select coalesce(sum(${IS_UNCOUNTED}), 0) as own,
    count(*) - count(ended_at) as open
  from visits where guest_id = ?`;

/**
 * The same, and counted over all branches of the tenant: what the cloud had counted as of a position of
 * its log, and this box's own visits that it does not hold yet or holds above that position. Of those
 * that were acknowledged without a position, the ones above the seq it has counted through.
 */
export function findVisitNumbers(
  tx: Reader,
  guestId: string,
  counted = findKnownVisits(tx, guestId),
): { here: number; anywhere: number } {
  const { own, open } = tx
    .sql(OWN_VISITS)
    .get(counted.toldPosition, counted.throughSeq, guestId) as { own: number; open: number };
  const isWithinOne = open > 0 && findLiveVisit(tx, guestId) !== null;
  const untold = own + (isWithinOne ? 0 : 1);
  return { here: counted.visits + untold, anywhere: counted.tenantVisits + untold };
}

function findLiveVisit(tx: Reader, guestId: string): Visit | null {
  const open = tx.sql("select * from visits where guest_id = ? and ended_at is null").all(guestId);
  return findLive(tx, open, tx.now);
}

/** When the visit before the one a guest is in, or would begin now, ended here; null: there is none. */
export function findLastVisitEnd(tx: Reader, guestId: string): Date | null {
  const here = findLiveVisit(tx, guestId)?.id ?? "";
  const row = tx
    .sql("select max(last_activity_at) as at from visits where guest_id = +? and id <> +?")
    .get(guestId, here) as { at: number | null };
  return row.at === null ? null : new Date(row.at);
}
