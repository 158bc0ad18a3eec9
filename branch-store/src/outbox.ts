import {
  type AcknowledgedRange,
  type EventEnvelope,
  type EventPayload,
  type EventType,
  findNewestVersion,
  findPersonalPaths,
  type Sealed,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { findSealingKey } from "./sealing-key.ts";
import { isLastReading, tellByRightTime } from "./told-by.ts";

type OutboxRow = {
  seq: number;
  id: string;
  type: string;
  version: number;
  occurred_at: number;
  payload: string;
  /** SealedFields as JSON. */
  sealed: string | null;
  clock_id: number | null;
};

/**
 * Writes an event beside the change it tells of, in the same transaction. Returns its seq.
 * `occurredAt` is the transaction's moment unless the fact is known to be older.
 */
export function appendEvent<T extends EventType>(
  tx: Transaction,
  type: T,
  payload: EventPayload<T>,
  occurredAt: Date = tx.now,
): number {
  const id = tx.newId();
  const version = findNewestVersion(type);
  const { payload: told, sealed } = sealEvent(tx, { id, type, version, payload });
  const { lastInsertRowid } = tx
    .sql(
      `insert into outbox (id, type, version, occurred_at, payload, sealed, clock_id)
       values (?, ?, ?, ?, ?, ?, (select max(id) from clock_readings))`,
    )
    .run(
      ...[id, type, version, occurredAt.getTime(), JSON.stringify(told)],
      sealed && JSON.stringify(sealed),
    );
  return Number(lastInsertRowid);
}

type Unsealed = { id: string; type: string; version: number; payload: Record<string, unknown> };

/** Takes what is personal out of an event, to where the cloud alone can read it, if it has told how. */
function sealEvent(tx: Transaction, event: Unsealed): Sealed {
  const { type, version, payload } = event;
  const key = findPersonalPaths(type, version)?.length ? findSealingKey(tx) : null;
  if (!key) return { payload, sealed: null };
  return tx.sealerFor(key).seal({ ...event, ...tx.identity });
}

/** Of the unsent events after one seq those that may have something personal in the open. */
export function listUnsealed(
  tx: Reader,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): { events: (Unsealed & { seq: number })[]; throughSeq: number; isLast: boolean } {
  const rows = tx
    .sql(
      `select seq, id, type, version, payload, sealed from outbox where seq > ?
       order by seq limit ?`,
    )
    .all(afterSeq, limit) as OutboxRow[];
  const events = rows
    .filter(
      ({ type, version, sealed }) => sealed === null && findPersonalPaths(type, version)?.length,
    )
    .map(({ payload, ...row }) => ({ ...row, payload: JSON.parse(payload) }));
  return { events, throughSeq: rows.at(-1)?.seq ?? afterSeq, isLast: rows.length < limit };
}

/** Seals an event where it stands. */
export function leaveSealed(tx: Transaction, event: Unsealed & { seq: number }): void {
  const { payload, sealed } = sealEvent(tx, event);
  if (sealed)
    tx.sql("update outbox set payload = ?, sealed = ? where seq = ?").run(
      ...[JSON.stringify(payload), JSON.stringify(sealed), event.seq],
    );
}

/** Names this life of the store; a restored or replaced box begins a new one. */
export function findEpoch(tx: Reader): string {
  return (tx.sql("select epoch from meta").get() as { epoch: string }).epoch;
}

/** The seq of the newest event ever written here, acknowledged or not; 0 before the first. */
export function findLastSeq(tx: Reader): number {
  const row = tx.sql("select seq from sqlite_sequence where name = 'outbox'").get();
  return (row as { seq: number } | undefined)?.seq ?? 0;
}

/** Events looked through for their devices; more are too many to be worth it. */
const TOLD_EVENTS_MAX = 1000;

/**
 * The devices whose guest or visit may have changed by the events after one seq, through another.
 * Null where that cannot be said, for they are too many or were acknowledged already.
 */
export function listToldDevices(
  tx: Reader,
  { afterSeq, throughSeq }: { afterSeq: number; throughSeq: number },
): string[] | null {
  const count = throughSeq - afterSeq;
  if (count > TOLD_EVENTS_MAX) return null;
  const rows = tx
    .sql(
      `select case when type in ('guest.registered', 'guest.verified', 'device.recognised',
           'survey.answered', 'visit.started', 'visit.ended') then payload ->> 'deviceId' end as device_id,
         type in ('consent.withdrawn', 'guest.deletion-requested', 'box.purged') as is_of_many
       from outbox where seq > ? and seq <= ?`,
    )
    .all(afterSeq, throughSeq) as { device_id: string | null; is_of_many: number }[];
  if (rows.length !== count) return null;
  // Whoever takes their word back, or is forgotten, has devices that the event does not name.
  if (rows.some(({ is_of_many }) => is_of_many === 1)) return null;
  return [...new Set(rows.flatMap(({ device_id }) => device_id ?? []))];
}

/** Unacknowledged events above `afterSeq`, oldest first, as they travel. Reading deletes nothing. */
export function listUnsent(
  tx: Reader,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): EventEnvelope[] {
  const rows = tx
    .sql("select * from outbox where seq > ? order by seq limit ?")
    .all(afterSeq, limit) as OutboxRow[];
  return toEnvelopes(tx, rows);
}

/** An unacknowledged event as it travels: an envelope, written as JSON. */
export type WrittenEvent = { seq: number; id: string; type: string; json: string };

/** As listUnsent, without reading what the events say. */
export function listWritten(
  tx: Reader,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): WrittenEvent[] {
  const rows = tx
    .sql("select * from outbox where seq > ? order by seq limit ?")
    .all(afterSeq, limit) as OutboxRow[];
  return writeAll(tx, rows);
}

/** Payloads that are read as one text: to take each row out of SQLite by itself costs more than it says. */
const PAYLOADS_AT_ONCE = 500;

/** What some unsent events say, one after the other, a line each; `seq` is the last one's. */
export type UnsentPayloads = { seq: number; events: number; payload: string };

/**
 * What the unsent events after one seq, through another, say: the oldest first, some at a time. By stretches
 * of seqs, nearly all of which there are: to count rows off takes a third more.
 */
export function* walkUnsent(
  tx: Reader,
  { afterSeq, throughSeq, limit }: { afterSeq: number; throughSeq: number; limit: number },
): Generator<UnsentPayloads> {
  const payloads = tx.sql(
    `select max(seq) as seq, count(*) as events, group_concat(payload, char(10)) as payload
     from outbox where seq > ? and seq <= ?`,
  );
  const next = tx.sql("select min(seq) as seq from outbox where seq > ? and seq <= ?");
  let [read, left] = [afterSeq, limit];
  while (left > 0 && read < throughSeq) {
    const through = Math.min(throughSeq, read + Math.min(left, PAYLOADS_AT_ONCE));
    const some = payloads.get(read, through) as UnsentPayloads;
    if (some.events > 0) yield some;
    left -= some.events;
    read = through;
    if (some.events > 0) continue;
    const { seq } = next.get(read, throughSeq) as { seq: number | null };
    if (seq === null) return;
    read = seq - 1;
  }
}

/** How many of the newest events are looked through for those that somebody waits for. */
const NEWEST_LOOKED_AT = 2000;

/**
 * Of the newest unacknowledged events above `afterSeq`, those of the types, oldest first. An older one
 * nobody waits for any more; it comes in its turn.
 */
export function listWrittenOf(
  tx: Reader,
  { types, afterSeq, limit }: { types: readonly EventType[]; afterSeq: number; limit: number },
): WrittenEvent[] {
  const rows = tx
    .sql(
      `select * from (select * from outbox where seq > ? order by seq desc limit ?)
       where type in (select value from json_each(?)) order by seq limit ?`,
    )
    .all(afterSeq, NEWEST_LOOKED_AT, JSON.stringify(types), limit) as OutboxRow[];
  return writeAll(tx, rows);
}

/** A payload is JSON as it stands: to read it and write it again costs more than all the rest. */
function writeAll(tx: Reader, rows: readonly OutboxRow[]): WrittenEvent[] {
  const { tenant_id, branch_id, box_id, epoch } = getMeta(tx);
  const whose = `"tenantId":"${tenant_id}","branchId":"${branch_id}","boxId":"${box_id}","epoch":"${epoch}"`;
  const isRight = openRightness(tx);
  return rows.map((row) => {
    const { id, type, version, seq, sealed } = row;
    const { occurred_at, payload } = isRight(row.clock_id) ? row : putRight(tx, row);
    const at = new Date(occurred_at).toISOString();
    const what = `"id":"${id}","type":${JSON.stringify(type)},"version":${version}`;
    const closed = sealed === null ? "" : `,"sealed":${sealed}`;
    return {
      ...{ seq, id, type },
      json: `{${what},${whose},"seq":${seq},"occurredAt":"${at}","payload":${payload}${closed}}`,
    };
  });
}

/** Whether what a reading of the clock stamped is told as it was written; asked once a reading. */
function openRightness(tx: Reader): (clockId: number | null) => boolean {
  const known = new Map<number | null, boolean>([[null, true]]);
  return (clockId) => {
    const answer = known.get(clockId) ?? isLastReading(tx, clockId);
    known.set(clockId, answer);
    return answer;
  };
}

function putRight(tx: Reader, row: OutboxRow): { occurred_at: number; payload: string } {
  const { occurredAt, payload } = tellByRightTime(tx, {
    ...{ type: row.type, clockId: row.clock_id, occurredAt: row.occurred_at },
    payload: JSON.parse(row.payload),
  });
  return { occurred_at: occurredAt, payload: JSON.stringify(payload) };
}

type Meta = { tenant_id: string; branch_id: string; box_id: string; epoch: string };

const getMeta = (tx: Reader): Meta => tx.sql("select * from meta").get() as Meta;

function toEnvelopes(tx: Reader, rows: readonly OutboxRow[]): EventEnvelope[] {
  const { tenant_id, branch_id, box_id, epoch } = getMeta(tx);
  return rows.map((row) => {
    const { occurredAt, payload } = tellByRightTime(tx, {
      ...{ type: row.type, clockId: row.clock_id, occurredAt: row.occurred_at },
      payload: JSON.parse(row.payload),
    });
    return {
      id: row.id,
      type: row.type,
      version: row.version,
      tenantId: tenant_id,
      branchId: branch_id,
      boxId: box_id,
      epoch,
      seq: row.seq,
      occurredAt: new Date(occurredAt).toISOString(),
      payload,
      ...(row.sealed === null ? {} : { sealed: JSON.parse(row.sealed) }),
    };
  });
}

/**
 * Forgets what the cloud holds for good, and keeps of visits where in its log they stand. Ranges of
 * another epoch are not ours and change nothing. Returns how many events were forgotten.
 */
export function acknowledge(
  tx: Transaction,
  { epoch, ranges }: { epoch: string; ranges: readonly AcknowledgedRange[] },
): number {
  if (epoch !== findEpoch(tx)) return 0;
  let forgotten = 0;
  for (const range of ranges) {
    placeVisits(tx, range);
    const { changes } = tx
      .sql("delete from outbox where seq between ? and ?")
      .run(range.from, range.to);
    forgotten += changes;
  }
  return forgotten;
}

function placeVisits(tx: Transaction, { from, to, position }: AcknowledgedRange): void {
  if (position === undefined) return;
  const started = tx
    .sql(
      `select seq, payload ->> 'visitId' as id from outbox
       where seq between ? and ? and type = 'visit.started'`,
    )
    .all(from, to) as { seq: number; id: string }[];
  for (const { seq, id } of started)
    tx.sql("update visits set acknowledged_position = ? where id = ?").run(
      position + seq - from,
      id,
    );
}

export function countUnsent(tx: Reader): number {
  return (tx.sql("select count(*) as count from outbox").get() as { count: number }).count;
}
