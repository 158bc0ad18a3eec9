import {
  type EventEnvelope,
  type EventPayload,
  type EventType,
  findNewestVersion,
  type SeqRange,
} from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { tellByRightTime } from "./told-by.ts";

type OutboxRow = {
  seq: number;
  id: string;
  type: string;
  version: number;
  occurred_at: number;
  payload: string;
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
  const { lastInsertRowid } = tx
    .sql(
      `insert into outbox (id, type, version, occurred_at, payload, clock_id)
       values (?, ?, ?, ?, ?, (select max(id) from clock_readings))`,
    )
    .run(tx.newId(), type, findNewestVersion(type), occurredAt.getTime(), JSON.stringify(payload));
  return Number(lastInsertRowid);
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
           'survey.answered', 'visit.started', 'visit.ended') then payload ->> 'deviceId' end as device_id
       from outbox where seq > ? and seq <= ?`,
    )
    .all(afterSeq, throughSeq) as { device_id: string | null }[];
  if (rows.length !== count) return null;
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

/** How many of the newest events are looked through for those that somebody waits for. */
const NEWEST_LOOKED_AT = 2000;

/**
 * Of the newest unacknowledged events above `afterSeq`, those of the types, oldest first. An older one
 * nobody waits for any more; it comes in its turn.
 */
export function listUnsentOf(
  tx: Reader,
  { types, afterSeq, limit }: { types: readonly EventType[]; afterSeq: number; limit: number },
): EventEnvelope[] {
  const rows = tx
    .sql(
      `select * from (select * from outbox where seq > ? order by seq desc limit ?)
       where type in (select value from json_each(?)) order by seq limit ?`,
    )
    .all(afterSeq, NEWEST_LOOKED_AT, JSON.stringify(types), limit) as OutboxRow[];
  return toEnvelopes(tx, rows);
}

function toEnvelopes(tx: Reader, rows: readonly OutboxRow[]): EventEnvelope[] {
  const meta = tx.sql("select * from meta").get() as Record<string, string>;
  return rows.map((row) => {
    const { occurredAt, payload } = tellByRightTime(tx, {
      ...{ type: row.type, clockId: row.clock_id, occurredAt: row.occurred_at },
      payload: JSON.parse(row.payload),
    });
    return {
      id: row.id,
      type: row.type,
      version: row.version,
      tenantId: meta.tenant_id as string,
      branchId: meta.branch_id as string,
      boxId: meta.box_id as string,
      epoch: meta.epoch as string,
      seq: row.seq,
      occurredAt: new Date(occurredAt).toISOString(),
      payload,
    };
  });
}

/**
 * Forgets what the cloud holds for good. Ranges of another epoch are not ours and change nothing.
 * Returns how many events were forgotten.
 */
export function acknowledge(
  tx: Transaction,
  { epoch, ranges }: { epoch: string; ranges: readonly SeqRange[] },
): number {
  if (epoch !== findEpoch(tx)) return 0;
  let forgotten = 0;
  for (const { from, to } of ranges)
    forgotten += tx.sql("delete from outbox where seq between ? and ?").run(from, to).changes;
  return forgotten;
}

export function countUnsent(tx: Reader): number {
  return (tx.sql("select count(*) as count from outbox").get() as { count: number }).count;
}
