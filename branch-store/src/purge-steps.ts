import type { Purged, Retention } from "@foyer/contract";
import { expireGuest } from "./guest-requests.ts";
import { isKnownGuest } from "./known-guests.ts";
import type { Reader, Transaction } from "./open.ts";
import { findEpoch } from "./outbox.ts";
import { isCountedVisit } from "./visits.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export type Slice = {
  at: number;
  after: number;
  /** The last row of the slice. */
  to: number;
  madeSince: number;
  retention: Retention;
};

type Done = { removed: Partial<Purged>; madeSince: number };

/**
 * What is removed from one table. Rows are looked at in the order they were made, which no clock can
 * change: whatever time a row tells, it is no older than the rows before it. That keeps what was noted
 * while the clock stood in another year.
 */
type Step = { table: string; purge: (tx: Transaction, slice: Slice) => Done };

const cutOff = ({ at, retention }: Slice, key: keyof Retention): number =>
  at - retention[key] * DAY_MS;

/** The later of what is known of when rows were made; a time in the future says nothing. */
function laterMade(slice: Slice, since: number, told: number): number {
  return told > slice.at + DAY_MS ? since : Math.max(since, told);
}

function listRows<Row>(tx: Reader, columns: string, table: string, slice: Slice): Row[] {
  return tx
    .sql(`select rowid, ${columns} from ${table} where rowid > ? and rowid <= ? order by rowid`)
    .all(slice.after, slice.to) as Row[];
}

type SessionRow = {
  rowid: number;
  id: string;
  device_id: string;
  guest_id: string | null;
  started_at: number;
  last_activity_at: number;
  ended_at: number | null;
  has_address: number;
};

const sessions: Step = {
  table: "sessions",
  purge: (tx, slice) => {
    const columns = `id, device_id, guest_id, started_at, last_activity_at, ended_at,
      coalesce(ip, user_name, nas_address) is not null as has_address`;
    const logCutOff = cutOff(slice, "networkLogDays");
    // A session's row is the network's log, too.
    const wholeCutOff = Math.min(logCutOff, cutOff(slice, "visitDays"));
    let { madeSince } = slice;
    const removed = { networkLogs: 0, sessions: 0 };
    for (const row of listRows<SessionRow>(tx, columns, "sessions", slice)) {
      madeSince = laterMade(slice, madeSince, row.started_at);
      const last = Math.max(row.last_activity_at, madeSince);
      if (row.ended_at === null || last >= logCutOff) continue;
      if (last < wholeCutOff && mayGo(tx, row)) {
        keepUsageOf(tx, row.id);
        tx.sql("delete from sessions where id = ?").run(row.id);
        removed.sessions += 1;
      } else if (row.has_address === 1)
        tx.sql(
          "update sessions set ip = null, user_name = null, nas_address = null where id = ?",
        ).run(row.id);
      if (row.has_address === 1) removed.networkLogs += 1;
    }
    return { removed, madeSince };
  },
};

/** Not the newest: its row number would be given again, and access codes count by it. */
function mayGo(tx: Reader, { rowid, device_id }: SessionRow): boolean {
  const { newest } = tx.sql("select max(rowid) as newest from sessions").get() as {
    newest: number;
  };
  if (rowid === newest) return false;
  // What is left of an access code's minutes is reckoned from the sessions.
  const running = tx.sql("select 1 from access_code_uses where device_id = +? and ends_at > +?");
  return running.get(device_id, tx.now.getTime()) === undefined;
}

/** What a guest may use up for ever is not given back: see findUsage, which reckons alike. */
function keepUsageOf(tx: Transaction, sessionId: string): void {
  tx.sql(
    `insert into past_usage (guest_id, seconds, bytes, upload_bytes, download_bytes)
     select guest_id, max(connected_seconds, case when connected_seconds = 0
         then (ended_at - started_at) / 1000 else 0 end), upload_bytes + download_bytes,
       upload_bytes, download_bytes
     from sessions where id = ? and guest_id is not null
     on conflict (guest_id) do update set seconds = seconds + excluded.seconds,
       bytes = bytes + excluded.bytes, upload_bytes = upload_bytes + excluded.upload_bytes,
       download_bytes = download_bytes + excluded.download_bytes`,
  ).run(sessionId);
}

type VisitRow = {
  id: string;
  guest_id: string | null;
  started_at: number;
  last_activity_at: number;
  ended_at: number | null;
  started_epoch: string;
};

const visits: Step = {
  table: "visits",
  purge: (tx, slice) => {
    const columns = "id, guest_id, started_at, last_activity_at, ended_at, started_epoch";
    const due = Math.min(cutOff(slice, "networkLogDays"), cutOff(slice, "visitDays"));
    let { madeSince } = slice;
    let removed = 0;
    for (const row of listRows<VisitRow>(tx, columns, "visits", slice)) {
      madeSince = laterMade(slice, madeSince, row.started_at);
      if (row.ended_at === null || Math.max(row.last_activity_at, madeSince) >= due) continue;
      if (tx.sql("select 1 from sessions where visit_id = ? limit 1").get(row.id)) continue;
      if (row.guest_id !== null && !countVisitOn(tx, row, row.guest_id)) continue;
      tx.sql("delete from visits where id = ?").run(row.id);
      removed += 1;
    }
    return { removed: { visits: removed }, madeSince };
  },
};

/**
 * Sees to it that a guest's visit counts without its row. False where that cannot be: the cloud has yet
 * to count it, or it is the one by which it is said when they were here last.
 */
function countVisitOn(tx: Transaction, visit: VisitRow, guestId: string): boolean {
  const newest = tx
    .sql("select id from visits where guest_id = +? order by last_activity_at desc limit 1")
    .get(guestId) as { id: string };
  if (newest.id === visit.id) return false;
  // One of an earlier life of the box is counted by the cloud alone.
  if (visit.started_epoch !== findEpoch(tx)) return true;
  if (isKnownGuest(tx, guestId)) return isCountedVisit(tx, { id: visit.id, guestId });
  tx.sql(
    `insert into past_usage (guest_id, visits) values (?, 1)
     on conflict (guest_id) do update set visits = visits + 1`,
  ).run(guestId);
  return true;
}

type DeviceRow = {
  id: string;
  randomised: number;
  first_seen_at: number;
  last_seen_at: number;
  proved_at: number | null;
  has_mac: number;
  is_somebodys: number;
};

const FORGOTTEN_MAC = "forgotten ";

const devices: Step = {
  table: "devices",
  purge: (tx, slice) => {
    const columns = `id, randomised, first_seen_at, last_seen_at, proved_at,
      mac not like '${FORGOTTEN_MAC}%' as has_mac,
      guest_id is not null or exists (
        select 1 from device_tokens where device_id = devices.id) as is_somebodys`;
    const days = cutOff(slice, "deviceDays");
    const madeUpDays = cutOff(slice, "deviceRandomisedDays");
    let { madeSince } = slice;
    const removed = { macs: 0, devices: 0 };
    for (const row of listRows<DeviceRow>(tx, columns, "devices", slice)) {
      madeSince = laterMade(slice, madeSince, row.first_seen_at);
      // Seen while the clock was ahead: nobody knows when, so from today.
      if (row.last_seen_at > slice.at + DAY_MS)
        tx.sql("update devices set last_seen_at = ? where id = ?").run(slice.at, row.id);
      const last = Math.max(row.last_seen_at, row.proved_at ?? 0, madeSince);
      if (last >= Math.max(days, madeUpDays)) continue;
      if (row.has_mac === 1 && last < (row.randomised === 1 ? madeUpDays : days)) {
        if (forgetMac(tx, row.id)) removed.macs += 1;
      }
      if (row.is_somebodys === 1 && last < days && forgetOwner(tx, row.id)) removed.devices += 1;
    }
    return { removed, madeSince };
  },
};

/**
 * The row stays, without a MAC and what it was: its visits count. A phone that comes back is a new device; one that
 * brings its token is its guest's all the same. False while the network's log names it.
 */
function forgetMac(tx: Transaction, deviceId: string): boolean {
  const named = tx.sql(
    `select 1 from sessions where device_id = +? and (ended_at is null
       or coalesce(ip, user_name, nas_address) is not null) limit 1`,
  );
  if (named.get(deviceId)) return false;
  tx.sql(
    `update devices set mac = ?, system = null, form = null, described_at = null where id = ?`,
  ).run(`${FORGOTTEN_MAC}${deviceId}`, deviceId);
  return true;
}

function forgetOwner(tx: Transaction, deviceId: string): boolean {
  const online = tx.sql("select 1 from sessions where device_id = +? and ended_at is null");
  if (online.get(deviceId)) return false;
  tx.sql("delete from device_tokens where device_id = ?").run(deviceId);
  tx.sql("delete from room_uses where device_id = ?").run(deviceId);
  tx.sql(
    `update devices set guest_id = null, proved_at = null, page_shown_at = null,
       recognised_at = null, token_sha256 = null where id = ?`,
  ).run(deviceId);
  return true;
}

type GuestRow = { id: string; registered_at: number; verified_at: number };

/** With more waiting for the cloud, guests are left for another day. */
const WAITING_EVENTS_MAX = 5000;

const guests: Step = {
  table: "guests",
  purge: (tx, slice) => {
    const columns = `id, registered_at, erased_at,
      max(coalesce(phone_verified_at, 0), coalesce(email_verified_at, 0)) as verified_at`;
    const due = cutOff(slice, "guestDays");
    let { madeSince } = slice;
    const old: string[] = [];
    type Row = GuestRow & { erased_at: number | null };
    for (const row of listRows<Row>(tx, columns, "guests", slice)) {
      madeSince = laterMade(slice, madeSince, row.registered_at);
      const last = Math.max(row.registered_at, row.verified_at, madeSince);
      if (row.erased_at === null && last < due && !isHeardOfSince(tx, row.id, due))
        old.push(row.id);
    }
    const waiting = old.length === 0 ? new Set<string>() : findGuestsWaiting(tx);
    const gone = waiting === null ? [] : old.filter((id) => !waiting.has(id));
    for (const guestId of gone) expireGuest(tx, guestId);
    return { removed: { guests: gone.length }, madeSince };
  },
};

function isHeardOfSince(tx: Reader, guestId: string, since: number): boolean {
  const row = tx
    .sql(
      `select 1 where exists (select 1 from visits
           where guest_id = $guestId and (ended_at is null or last_activity_at >= $since))
         or exists (select 1 from devices where guest_id = $guestId
           and max(last_seen_at, coalesce(proved_at, 0)) >= $since)
         or exists (select 1 from sessions where guest_id = $guestId
           and (ended_at is null or last_activity_at >= $since))
         or exists (select 1 from consents where guest_id = $guestId and at >= $since)
         or exists (select 1 from tickets where guest_id = $guestId and issued_at >= $since)
         or exists (select 1 from guest_requests where guest_id = $guestId and asked_at >= $since)`,
    )
    .get({ guestId, since });
  return row !== undefined;
}

/** Guests of whom something waits for the cloud: it goes up whole. Null: too much waits to tell. */
function findGuestsWaiting(tx: Reader): Set<string> | null {
  const { count } = tx
    .sql("select count(*) as count from (select 1 from outbox limit ?)")
    .get(WAITING_EVENTS_MAX + 1) as { count: number };
  if (count > WAITING_EVENTS_MAX) return null;
  const rows = tx.sql("select distinct payload ->> 'guestId' as id from outbox").all();
  return new Set((rows as { id: string | null }[]).flatMap(({ id }) => id ?? []));
}

/** A table whose rows go by one time of theirs, and nothing hangs on. */
function plain(options: {
  table: string;
  key: keyof Purged;
  isDue: string;
  cutOffOf: (slice: Slice) => number;
}): Step {
  const { table, key, isDue, cutOffOf } = options;
  return {
    table,
    purge: (tx, slice) => {
      const { changes } = tx
        .sql(`delete from ${table} where rowid > ? and rowid <= ? and ${isDue}`)
        .run(slice.after, slice.to, cutOffOf(slice));
      return { removed: { [key]: changes }, madeSince: 0 };
    },
  };
}

/** In this order: a visit goes after its sessions, a MAC after the log that names it. */
export const PURGE_STEPS: readonly Step[] = [
  sessions,
  visits,
  devices,
  guests,
  plain({
    table: "erased_consents",
    key: "consents",
    // Counted from the forgetting: until then the guest's own row proved it.
    isDue: "(select erased_at from guests where guests.id = guest_id) < ?",
    cutOffOf: (slice) => cutOff(slice, "consentDays"),
  }),
  plain({
    table: "survey_answers",
    key: "surveyAnswers",
    isDue: "answered_at < ?",
    cutOffOf: (slice) => cutOff(slice, "surveyDays"),
  }),
  plain({
    table: "earned_coupons",
    key: "coupons",
    // As long as whose the answer was, from its last day on: until then its guest may see it.
    isDue: `earned_at + (valid_days + 1) * ${DAY_MS} < ?`,
    cutOffOf: (slice) => cutOff(slice, "surveyDays"),
  }),
  // The limits of a day are counted by them. Messages and requests go with their code.
  plain({
    table: "codes",
    key: "codes",
    isDue: "expires_at < ?",
    cutOffOf: ({ at }) => at - DAY_MS,
  }),
];
