import {
  NAS_REFUSALS_MAX,
  NAS_SIGHTS_MAX,
  type NasRefusal,
  type NasSight,
  REFUSED_ARRIVALS_MAX,
  type RefusedArrival,
  UNKNOWN_SENDERS_MAX,
  type UnknownSender,
} from "@foyer/contract";
import type { Reader } from "./open.ts";
import { findSettings } from "./settings.ts";

/** Of a request with these answers nobody can say that its sender knows the secret. */
const UNPROVED = [
  ...["not-signed", "wrong-password", "ticket-unknown", "no-calling-station", "no-settings"],
  ...["wrong-message-authenticator", "wrong-authenticator", "no-message-authenticator"],
  ...["unsigned-nas-signs", "code-unknown", "eap-malformed", "proxy-state-too-long"],
  ...["code-not-for-this-port", "too-busy", "no-reply-port"],
];
const OTHER_SECRET = ["wrong-message-authenticator", "wrong-authenticator"];
/** Sessions are looked through from the newest: an access controller in use is among them. */
const SESSIONS_LOOKED_AT = 2000;
const REFUSALS_MAX = 8;
const WORDS_MAX = 200;

type NoteRow = {
  nas_id: string;
  teller: "radius" | "portal";
  answer: string;
  reason: string | null;
  count: number;
  last_at: number;
};

/** What was seen of each access controller of the settings, by what was noted at the door. */
export function listNasSights(tx: Reader): NasSight[] {
  const nas = findSettings(tx)?.nas ?? [];
  if (nas.length === 0) return [];
  const rows = tx
    .sql(
      `select nas_id, teller, answer, reason, count(*) as count, max(at) as last_at from door_notes
       where nas_id is not null group by nas_id, teller, answer, reason`,
    )
    .all() as NoteRow[];
  const notes = Map.groupBy(rows, (row) => row.nas_id);
  const told = listAccounting(tx);
  return nas.slice(0, NAS_SIGHTS_MAX).map(({ id }) => ({
    ...describe(notes.get(id) ?? []),
    ...{ nasId: id, accountingAt: toTime(told.get(id)) },
  }));
}

function describe(rows: readonly NoteRow[]): Omit<NasSight, "nasId" | "accountingAt"> {
  const lastOf = (fits: (row: NoteRow) => boolean) => {
    const times = rows.filter(fits).map((row) => row.last_at);
    return times.length === 0 ? null : toTime(Math.max(...times));
  };
  const ofRadius = (row: NoteRow) => row.teller === "radius";
  // The portal's other refusals are a guest's own affair.
  const isOfNas = (row: NoteRow) => ofRadius(row) || (row.reason ?? "").startsWith("nas-");
  const refusals = rows
    .filter((row) => row.answer === "refused" && isOfNas(row))
    .toSorted((one, other) => other.count - one.count);
  return {
    requestAt: lastOf(ofRadius),
    rightAt: lastOf((row) => ofRadius(row) && !UNPROVED.includes(row.reason ?? "")),
    wrongSecretAt: lastOf((row) => ofRadius(row) && OTHER_SECRET.includes(row.reason ?? "")),
    letInAt: lastOf((row) => row.answer === "let-in"),
    redirectAt: lastOf((row) => row.teller === "portal"),
    refusals: refusals.slice(0, REFUSALS_MAX).map(({ reason, count, last_at }) => ({
      ...{ reason: reason ?? "", count, lastAt: new Date(last_at).toISOString() },
    })),
  };
}

const HOUR_MS = 3_600_000;

/** Log-ins that RADIUS refused, hour by hour from that of `since` on (null: as far back as it is noted); the oldest first. */
export function listNasRefusals(tx: Reader, since: Date | null): NasRefusal[] {
  const first = Math.floor((since?.getTime() ?? 0) / HOUR_MS) * HOUR_MS;
  const rows = tx
    .sql(
      `select nas_id, at / ${HOUR_MS} as hour, reason, count(*) as count from door_notes
       where teller = 'radius' and answer = 'refused' and asked <> 'accounting'
         and nas_id is not null and at >= ?
       group by nas_id, hour, reason order by hour, nas_id, reason limit ?`,
    )
    .all(first, NAS_REFUSALS_MAX) as {
    nas_id: string;
    hour: number;
    reason: string | null;
    count: number;
  }[];
  return rows.map(({ nas_id: nasId, hour, reason, count }) => ({
    ...{ nasId, at: new Date(hour * HOUR_MS).toISOString(), reason: reason ?? "", count },
  }));
}

/** From when on the next report tells, after one of `now` that told these: what it had no room for too. */
export function refusalsToldUntil(told: readonly NasRefusal[], now: Date): Date {
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || told.length < NAS_REFUSALS_MAX) return now;
  // An hour that fills a report by itself is passed, or nothing after it would ever be told.
  const until = Date.parse(last.at) + (first.at === last.at ? HOUR_MS : 0);
  return new Date(Math.min(until, now.getTime()));
}

function listAccounting(tx: Reader): Map<string, number> {
  const rows = tx
    .sql(
      `select nas_id, max(last_activity_at) as last_at from sessions
       where rowid > (select coalesce(max(rowid), 0) - ? from sessions) group by nas_id`,
    )
    .all(SESSIONS_LOOKED_AT) as { nas_id: string; last_at: number }[];
  return new Map(rows.map(({ nas_id, last_at }) => [nas_id, last_at]));
}

/** Those who ask most often first. */
export function listUnknownSenders(tx: Reader): UnknownSender[] {
  const rows = tx
    .sql(
      `select sender as address, count(*) as count, max(at) as last_at from door_notes
       where nas_id is null and sender is not null group by sender order by count desc limit ?`,
    )
    .all(UNKNOWN_SENDERS_MAX) as { address: string; count: number; last_at: number }[];
  return rows.map(({ last_at, ...row }) => ({ ...row, lastAt: new Date(last_at).toISOString() }));
}

/** Guests who were led to the portal and of whom it could not say whose they are: the most frequent first. */
export function listRefusedArrivals(tx: Reader): RefusedArrival[] {
  const rows = tx
    .sql(
      `select reason as words, count(*) as count, max(at) as last_at from door_notes
       where nas_id is null and teller = 'portal' and reason is not null
       group by reason order by count desc limit ?`,
    )
    .all(REFUSED_ARRIVALS_MAX) as { words: string; count: number; last_at: number }[];
  return rows.map(({ words, last_at, ...row }) => ({
    ...{ words: words.slice(0, WORDS_MAX), ...row, lastAt: new Date(last_at).toISOString() },
  }));
}

const toTime = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();
