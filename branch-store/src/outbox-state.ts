import { type OutboxState, type SeqRange, VACANT_RANGES_MAX } from "@foyer/contract";
import type { Reader, Transaction } from "./open.ts";
import { findEpoch, findLastSeq } from "./outbox.ts";

/** How the outbox stands, as a push tells it. */
export function findOutboxState(tx: Reader): OutboxState {
  const writtenThrough = findLastSeq(tx);
  const { oldest } = tx.sql("select min(seq) as oldest from outbox").get() as {
    oldest: number | null;
  };
  const vacant = tx
    .sql(`select from_seq as "from", to_seq as "to" from outbox_vacant order by from_seq limit ?`)
    .all(VACANT_RANGES_MAX + 1) as SeqRange[];
  const [untold] = vacant.splice(VACANT_RANGES_MAX);
  const drainedThrough = Math.min(
    oldest === null ? writtenThrough : oldest - 1,
    // Otherwise what is to be told with the next push would look lost.
    untold ? untold.from - 1 : Number.MAX_SAFE_INTEGER,
  );
  return { writtenThrough, drainedThrough, ...(vacant.length > 0 ? { vacant } : {}) };
}

/**
 * Notes that no event will ever come under these seqs of this epoch: whoever takes an unsent event out
 * of the outbox says so in the same transaction, or the cloud takes it for lost.
 */
export function leaveVacant(tx: Transaction, ranges: readonly SeqRange[]): void {
  for (const { from, to } of ranges)
    tx.sql(
      `insert into outbox_vacant (from_seq, to_seq) values (?, ?)
       on conflict (from_seq) do update set to_seq = max(to_seq, excluded.to_seq)`,
    ).run(from, to);
}

/** The cloud has been told of these. */
export function forgetVacant(tx: Transaction, ranges: readonly SeqRange[]): void {
  for (const { from, to } of ranges)
    tx.sql("delete from outbox_vacant where from_seq = ? and to_seq = ?").run(from, to);
}

/**
 * Begins a new epoch: this store is an older copy of itself, and the cloud holds other events under
 * the seqs it is about to give. What waits goes up in the new epoch under the ids it has, so that the
 * cloud knows what it holds already; its seqs stay, since others of this box name them, and those
 * between are left vacant. False where the epoch that ended is over already.
 */
export function beginEpoch(tx: Transaction, ended: string): boolean {
  if (findEpoch(tx) !== ended) return false;
  const epoch = tx.newId();
  tx.sql(
    `update visits set started_epoch = ? where started_epoch = ?
       and id in (select payload ->> 'visitId' from outbox where type = 'visit.started')`,
  ).run(epoch, ended);
  tx.sql("update meta set epoch = ?").run(epoch);
  tx.sql("delete from outbox_vacant").run();
  tx.sql(
    `insert into outbox_vacant (from_seq, to_seq)
     select before + 1, seq - 1 from (
       select seq, lag(seq, 1, 0) over (order by seq) as before from (
         select seq from outbox
         union all
         select ? + 1
       )
     ) where seq > before + 1`,
  ).run(findLastSeq(tx));
  return true;
}
