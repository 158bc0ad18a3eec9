import type { Reader, Transaction } from "./open.ts";

/**
 * What a row takes up beside its payload: its id twice (the table and its unique index), type, times
 * and SQLite's own frame. Measured with dbstat over outboxes of 10,000 events.
 */
export const OUTBOX_ROW_BYTES = 170;
/** How many seqs are measured as one: the outbox is looked through a block at a time. */
export const OUTBOX_BLOCK_SEQS = 1000;
/** Hours of which is kept how much was written. */
const HOURS_KEPT = 7 * 24;

export type OutboxBlock = { events: number; bytes: number };

/** The seqs of unsent events, and when the oldest of them happened; null: there are none. */
export type OutboxSpan = { firstSeq: number; lastSeq: number; oldestAt: Date };

export function findOutboxSpan(tx: Reader): OutboxSpan | null {
  // Each by itself: SQLite goes to an end of the table only where one is asked for.
  const first = tx.sql("select seq, occurred_at from outbox order by seq limit 1").get() as
    | { seq: number; occurred_at: number }
    | undefined;
  if (!first) return null;
  const last = tx.sql("select max(seq) as seq from outbox").get() as { seq: number };
  return { firstSeq: first.seq, lastSeq: last.seq, oldestAt: new Date(first.occurred_at) };
}

/** Which block a seq is in, counting from 0. */
export const blockOf = (seq: number): number => Math.floor(seq / OUTBOX_BLOCK_SEQS);

/** What the unsent events of one block take up on the disk, about. */
export function measureBlock(tx: Reader, block: number): OutboxBlock {
  const from = block * OUTBOX_BLOCK_SEQS;
  const row = tx
    .sql(
      `select count(*) as events, coalesce(sum(octet_length(payload) + coalesce(octet_length(sealed), 0)), 0) as bytes
       from outbox where seq >= ? and seq < ?`,
    )
    .get(from, from + OUTBOX_BLOCK_SEQS) as OutboxBlock;
  return { events: row.events, bytes: row.bytes + row.events * OUTBOX_ROW_BYTES };
}

const HOUR_MS = 3_600_000;

/** Notes what was written since it was last noted. */
export function noteOutboxGrowth(tx: Transaction, bytes: number): void {
  const hour = Math.floor(tx.now.getTime() / HOUR_MS);
  tx.sql(
    `insert into outbox_hours (hour, bytes) values (?, ?)
     on conflict (hour) do update set bytes = bytes + excluded.bytes`,
  ).run(hour, Math.round(bytes));
  // Those ahead are of a clock that ran ahead.
  tx.sql("delete from outbox_hours where hour <= ? or hour > ?").run(hour - HOURS_KEPT, hour);
}

/** What was written over the hours that are kept, at most seven days; `hours` is 0 before any. */
export function findOutboxGrowth(tx: Reader): { bytes: number; hours: number } {
  const row = tx
    .sql("select coalesce(sum(bytes), 0) as bytes, min(hour) as first from outbox_hours")
    .get() as { bytes: number; first: number | null };
  const hours = row.first === null ? 0 : tx.now.getTime() / HOUR_MS - row.first;
  return { bytes: row.bytes, hours: Math.max(0, hours) };
}

/** How many events were ever given up on purpose. */
export function countThinned(tx: Reader): number {
  return (tx.sql("select events from outbox_thinned").get() as { events: number }).events;
}

/** Room in the file that rows have left which were deleted: new ones take it before the file grows. */
export function findFreePageBytes(tx: Reader): number {
  const row = tx
    .sql(`select freelist_count * page_size as bytes from pragma_freelist_count, pragma_page_size`)
    .get() as { bytes: number };
  return row.bytes;
}
