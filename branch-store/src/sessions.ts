import { findAccessCodeHolder } from "./access-codes.ts";
import { findBelievedGuestId, findOwner, ownerOf, seeDevice } from "./devices.ts";
import { isErasedGuest } from "./erased-guests.ts";
import { listOpenRows } from "./find-sessions.ts";
import { findMemberAdmission } from "./member-admissions.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";
import {
  insertRow,
  newRow,
  type Session,
  type SessionReport,
  type SessionRow,
  secondsOf,
  toSession,
  withUsage,
  writeEnd,
  writeUsage,
} from "./session-row.ts";
import { findTicket, type Ticket } from "./tickets.ts";
import { enterVisit, reopenVisit, stretchVisit } from "./visits.ts";

export type {
  DisconnectOrder,
  Granted,
  PolicyLimits,
  Session,
  SessionReport,
} from "./session-row.ts";

/** A NAS that has not yet told of a session's end is given this long after its time limit. */
const OVERDUE_GRACE_MS = 60_000;
/** How late a report may come whose NAS says of no delay: many repeat one unchanged. */
const UNTOLD_DELAY_MS = 30_000;
/** How far a NAS's count of seconds may lag behind its session: some count whole minutes. */
const LAGGING_SECONDS_MS = 60_000;

/** A Start. Told again, or after its own Stop, it changes nothing. */
export function startSession(tx: Transaction, report: SessionReport): Session {
  const row = findReported(tx, report);
  const isKnown = row !== null && !isBegunAfter(row, report, LAGGING_SECONDS_MS);
  return toSession(isKnown ? row : yieldToLater(tx, beginSession(tx, report)));
}

/** What was known of a session before a report of it. */
export type Heard = {
  lastActivityAt: Date;
  /** The silence it was allowed until then; null: nothing was said of it. */
  silentAfterSeconds: number | null;
};

/** Says of a session, null where it was not known, what silence to bear; null: as before. */
export type SilenceRule = (before: Heard | null) => number | null;

/** An Interim; begins the session when its Start was lost, and takes it up again when it must. */
export function updateSession(
  tx: Transaction,
  report: SessionReport,
  findSilenceSeconds: SilenceRule = () => null,
): Session {
  const known = findReported(tx, report);
  const silence = findSilenceSeconds(known && toHeard(known));
  const told = silence === null ? report : { ...report, silentAfterSeconds: silence };
  const row = takeUpAgain(tx, known, told) ?? yieldToLater(tx, beginSession(tx, told));
  if (row.stopped === 1) return toSession(row);
  return tellUsage(tx, keepUsage(tx, row, { report: told, used: withUsage(row, told) }));
}

const toHeard = (row: SessionRow): Heard => ({
  lastActivityAt: new Date(row.last_activity_at),
  silentAfterSeconds: row.silent_after_seconds,
});

/** A Stop; makes the whole session when its Start was lost. Told again, it changes nothing. */
export function endSession(tx: Transaction, report: SessionReport & { cause: string }): Session {
  const known = findReported(tx, report);
  const row = takeUpAgain(tx, known, report) ?? beginSession(tx, report);
  if (row.stopped === 1) return toSession(row);
  const stopped = { ...withUsage(row, report), stopped: 1 };
  if (row.ended_at !== null) return tellUsage(tx, keepUsage(tx, row, { report, used: stopped }));
  return finishWith(tx, row, { report, used: stopped, cause: causeOf(row, report.cause) });
}

/** RFC 5176: a session ended by order stops with Admin-Reset; why it was ordered says more. */
function causeOf(row: SessionRow, told: string): string {
  return told === "Admin-Reset" ? (row.disconnect_cause ?? told) : told;
}

/**
 * Ends a session that is over as far as the box can tell, though its NAS has not told. What the NAS
 * tells of it later, its bytes and its end, is still taken. Null when there was none to end.
 */
export function presumeSessionOver(
  tx: Transaction,
  report: SessionReport & { cause: string },
): Session | null {
  const row = findReported(tx, report);
  if (!row || row.ended_at !== null) return null;
  return finishWith(tx, row, { report, used: withUsage(row, report), cause: report.cause });
}

/**
 * Accounting-On and Accounting-Off: nothing that was open on this NAS at that moment, now unless
 * said otherwise, is any more. Nor is what a clock that ran ahead began. With an address: of many
 * access points that are one NAS, only what was last reported from this one.
 */
export function endSessionsOfNas(
  tx: Transaction,
  told: { nasId: string; cause: string; at?: Date; nasAddress?: string },
): number {
  const { nasId, cause, at = tx.now, nasAddress = null } = told;
  const open = tx
    .sql(
      `select * from sessions where nas_id = ? and ended_at is null
         and (started_at <= ? or started_at > ?)
         and (? is null or nas_address = ?)`,
    )
    .all(nasId, at.getTime(), tx.now.getTime(), nasAddress, nasAddress) as SessionRow[];
  for (const row of open) finishSession(tx, row, { at: new Date(row.last_activity_at), cause });
  return open.length;
}

/** Since when somebody listens to the NAS, and what `findLastHeard` said before. */
export type Listening = { listeningSince?: Date; heardUntil?: Date | null };

/**
 * Ends what is past its time limit, or silent for too long, though no NAS said so. Silence does not
 * count from `heardUntil` to `listeningSince`, when nobody was there to hear; and a third of it, which
 * is about an interim's interval, has to be after that, so that who is still there can say so.
 */
export function endOverdueSessions(
  tx: Transaction,
  { listeningSince, heardUntil }: Listening = {},
): number {
  const now = tx.now.getTime();
  const since = listeningSince?.getTime() ?? 0;
  const overdue = tx
    .sql(
      `select * from (
         select *, @now - max(last_activity_at, @since) as silence,
           max(0, @until - last_activity_at) as silence_before
         from sessions where ended_at is null)
       where expected_end_at < @now - @grace
         or (silence + silence_before > silent_after_seconds * 1000
             and silence * 3 > silent_after_seconds * 1000)`,
    )
    .all({
      ...{ now, since, grace: OVERDUE_GRACE_MS },
      until: Math.min(heardUntil?.getTime() ?? 0, since),
    }) as SessionRow[];
  for (const row of overdue) {
    const timedOut = row.expected_end_at !== null && row.expected_end_at < now - OVERDUE_GRACE_MS;
    const at = new Date(timedOut ? (row.expected_end_at as number) : row.last_activity_at);
    finishSession(tx, row, { at, cause: timedOut ? "Session-Timeout" : "Lost-Contact" });
  }
  return overdue.length;
}

/**
 * The session a report speaks of. The newest with its id counts, unless the reported one began after
 * all that is known of that one: then the NAS uses the id again, as many do after a reboot.
 */
function findReported(tx: Reader, report: SessionReport): SessionRow | null {
  const row = tx
    .sql(
      `select sessions.* from devices join sessions on sessions.device_id = devices.id
       where devices.mac = +? and acct_session_id = +? and nas_id = +?
       order by started_at desc limit 1`,
    )
    .get(report.mac, report.acctSessionId, report.nasId) as SessionRow | undefined;
  return row && isReported(row, report) ? row : null;
}

function isReported(row: SessionRow, report: SessionReport): boolean {
  const isCounted = (report.connectedSeconds ?? 0) > 0;
  const isOver = row.ended_at !== null || (report.connectedSeconds ?? 0) < row.connected_seconds;
  if (isOver && (row.stopped === 1 || !isCounted)) {
    // Where the session's seconds were counted, its start does not move with a delay.
    const isUntold = report.mayBeLate === true && report.connectedSeconds === undefined;
    return !isBegunAfter(row, report, isUntold ? UNTOLD_DELAY_MS : 0);
  }
  if (isOver && row.ended_at === null) return !isBegunAfter(row, report, 0);
  // An end that only the box has found is a guess; and who counts no seconds tells no beginning.
  const lastKnown = { ...row, ended_at: null };
  return !isCounted || !isBegunAfter(lastKnown, report, LAGGING_SECONDS_MS);
}

/** Whether the reported session began after the last that is known of this one. */
const isBegunAfter = (row: SessionRow, report: SessionReport, byMs: number): boolean =>
  startOf(report) > (row.ended_at ?? row.last_activity_at) + byMs;

/** The reported session, taken up again if only the box had ended it: the report tells that it goes on. */
function takeUpAgain(
  tx: Transaction,
  row: SessionRow | null,
  report: SessionReport,
): SessionRow | null {
  if (!row || row.ended_at === null || row.stopped === 1 || report.at.getTime() <= row.ended_at)
    return row;
  // A device is in one place, and the newer word of it is believed.
  const elsewhere = tx.sql(
    `select 1 from sessions
     where device_id = ? and id <> ? and (ended_at is null or ended_at >= ?) limit 1`,
  );
  if (elsewhere.get(row.device_id, row.id, report.at.getTime())) return row;
  if (!reopenVisit(tx, row.visit_id)) return row;
  tx.sql(
    "update sessions set ended_at = null, cause = null, expected_end_at = null, end_changed = 0 where id = ?",
  ).run(row.id);
  return getRow(tx, row.id);
}

const startOf = (report: SessionReport): number =>
  report.at.getTime() - (report.connectedSeconds ?? 0) * 1000;

function beginSession(tx: Transaction, report: SessionReport): SessionRow {
  const { nasId, mac } = report;
  const known = findOwner(tx, mac);
  // A NAS that tells of its session vouches for what was a claim until now.
  const owner =
    known && !known.isClaim ? known : ownerOf(seeDevice(tx, { mac, nasId, by: "radius" }));
  const { deviceId } = owner;
  const ticket = findUsedTicket(tx, report, deviceId);
  const startedAt = new Date(startOf(report));
  // Whose session it is: the guest's who is named, or whose ticket began it, else the one the device
  // is known by, or who came in by a code on it.
  const named =
    report.guestId ??
    ticket?.guestId ??
    findBelievedGuestId(tx, owner) ??
    findAccessCodeHolder(tx, { deviceId, at: startedAt });
  // A NAS may tell of a log-in after its guest asked to be forgotten.
  const guestId = named !== null && isErasedGuest(tx, named) ? null : named;
  // Nothing began after now, unless by a clock that ran ahead.
  for (const open of listOpenRows(tx, deviceId))
    if (open.started_at <= startedAt.getTime() || open.started_at > tx.now.getTime())
      supersede(tx, open, startedAt);
  const visitId = enterVisit(tx, { deviceId, guestId, source: "wifi", at: startedAt });
  const isSaid = report.granted !== undefined || ticket !== null;
  const admission = isSaid ? null : findMemberAdmission(tx, report, { deviceId, startedAt });
  const policyId = report.policyId ?? ticket?.policyId ?? admission?.policyId ?? null;
  const granted = report.granted ?? admission?.granted ?? null;
  const begun = { id: tx.newId(), deviceId, guestId, visitId, policyId, granted, startedAt };
  const row = newRow(report, begun);
  insertRow(tx, row);
  appendEvent(
    tx,
    "session.started",
    { sessionId: row.id, deviceId, guestId, visitId, nasId, policyId },
    startedAt,
  );
  return row;
}

function findUsedTicket(
  tx: Reader,
  { userName, mac }: SessionReport,
  deviceId: string,
): Ticket | null {
  // Who is known by their device's address came in without one.
  const ticket = userName === undefined || userName === mac ? null : findTicket(tx, userName);
  return ticket?.usedAt && ticket.deviceId === deviceId ? ticket : null;
}

/** A session told of late is over when its device has begun another since, ended or not. */
function yieldToLater(tx: Transaction, row: SessionRow): SessionRow {
  const { later } = tx
    .sql(
      `select min(started_at) as later from sessions
       where device_id = +? and started_at > +? and started_at <= +?
         and (ended_at is null or ended_at >= +?)`,
    )
    .get(row.device_id, row.started_at, tx.now.getTime(), row.started_at) as {
    later: number | null;
  };
  if (later === null) return row;
  return supersede(tx, row, new Date(later));
}

/** A device is in one place: a new session of it ends the one whose Stop was lost. */
function supersede(tx: Transaction, row: SessionRow, at: Date): SessionRow {
  const end = Math.max(row.last_activity_at, Math.min(at.getTime(), tx.now.getTime()));
  return finishSession(tx, row, { at: new Date(end), cause: "Superseded" });
}

/** What a session has used as its report tells it: see `withUsage`. */
type Usage = { report: SessionReport; used: SessionRow };

function keepUsage(tx: Transaction, row: SessionRow, { report, used }: Usage): SessionRow {
  keepAddress(tx, row, report);
  writeUsage(tx, used);
  stretchVisit(tx, { visitId: row.visit_id, from: report.at, until: report.at });
  keepProved(tx, row.device_id);
  return used;
}

/** By itself, and only a new one: SQLite writes the index of a column anew whenever it is named. */
function keepAddress(tx: Transaction, row: SessionRow, { ip }: SessionReport): void {
  if (ip === undefined || ip === row.ip) return;
  tx.sql("update sessions set ip = ? where id = ?").run(ip, row.id);
}

function tellUsage(tx: Transaction, row: SessionRow): Session {
  const { id: sessionId, visit_id: visitId, policy_id: policyId } = row;
  appendEvent(tx, "session.updated", { sessionId, visitId, policyId, ...usageOf(row) });
  return toSession(row);
}

/** A session on the Wi-Fi, told by a NAS that holds our secret, keeps its device known. */
function keepProved(tx: Transaction, deviceId: string): void {
  tx.sql(
    "update devices set proved_at = ?, last_seen_at = ? where id = ? and proved_at is not null",
  ).run(tx.now.getTime(), tx.now.getTime(), deviceId);
}

/** A report tells both what was used and the end: that is written at once. */
function finishWith(
  tx: Transaction,
  row: SessionRow,
  { report, used, cause }: Usage & { cause: string },
): Session {
  const endedAt = Math.max(report.at.getTime(), row.started_at);
  const ended: SessionRow = { ...used, ended_at: endedAt, cause };
  keepAddress(tx, row, report);
  writeEnd(tx, ended);
  stretchVisit(tx, { visitId: row.visit_id, from: report.at, until: new Date(endedAt) });
  keepProved(tx, row.device_id);
  tellEnd(tx, ended, endedAt);
  return toSession(ended);
}

function finishSession(
  tx: Transaction,
  row: SessionRow,
  { at, cause }: { at: Date; cause: string },
): SessionRow {
  const endedAt = Math.max(at.getTime(), row.started_at);
  const ended: SessionRow = { ...row, ended_at: endedAt, cause };
  tx.sql("update sessions set ended_at = ?, cause = ? where id = ?").run(endedAt, cause, row.id);
  const end = new Date(endedAt);
  stretchVisit(tx, { visitId: row.visit_id, from: end, until: end });
  tellEnd(tx, ended, endedAt);
  return ended;
}

function tellEnd(tx: Transaction, row: SessionRow, endedAt: number): void {
  appendEvent(tx, "session.ended", {
    sessionId: row.id,
    visitId: row.visit_id,
    startedAt: new Date(row.started_at).toISOString(),
    endedAt: new Date(endedAt).toISOString(),
    cause: row.cause ?? "Unknown",
    policyId: row.policy_id,
    ...usageOf(row),
  });
}

const usageOf = (row: SessionRow) => ({
  connectedSeconds: secondsOf(row),
  uploadBytes: row.upload_bytes,
  downloadBytes: row.download_bytes,
});

function getRow(tx: Reader, sessionId: string): SessionRow {
  const row = tx.sql("select * from sessions where id = ?").get(sessionId);
  if (!row) throw new Error(`session ${sessionId} is not in the store`);
  return row as SessionRow;
}
