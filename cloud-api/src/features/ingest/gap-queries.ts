import type { SeqRange } from "@foyer/contract";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { BoxLife } from "./queries.ts";

export type RangeReason = "vacant" | "repeat" | "set-aside";
export type ReasonedRange = SeqRange & { reason: RangeReason };

/** Accounts for seqs under which no event stands in box_seqs. */
export async function insertSeqRanges(
  tx: TenantTransaction,
  { boxId, epoch, ranges }: BoxLife & { ranges: readonly ReasonedRange[] },
): Promise<void> {
  if (ranges.length === 0) return;
  await run(
    tx,
    sql`insert into box_seq_ranges (tenant_id, box_id, epoch, from_seq, to_seq, reason)
        select ${tx.tenantId}, ${boxId}, ${epoch}, told.from_seq, told.to_seq, told.reason
        from unnest(${ranges.map(({ from }) => from)}::bigint[],
          ${ranges.map(({ to }) => to)}::bigint[],
          ${ranges.map(({ reason }) => reason)}::text[]) as told (from_seq, to_seq, reason)
        on conflict do nothing returning from_seq`,
  );
}

export type Stretch = { after: number; through: number };

/** How many events stand under the seqs `after` < seq ≤ `through`. */
export async function countSeqs(
  tx: TenantTransaction,
  { boxId, epoch, after, through }: BoxLife & Stretch,
): Promise<number> {
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*) as count from box_seqs
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
        and seq > ${after} and seq <= ${through}`,
  );
  return count;
}

/** The seqs `after` < seq ≤ `through` that nothing accounts for, as ranges, at most `limit`. */
export async function listMissing(
  tx: TenantTransaction,
  { boxId, epoch, after, through, limit }: BoxLife & Stretch & { limit: number },
): Promise<SeqRange[]> {
  return await listRows(
    tx,
    sql<SeqRange>`
      with held as (
        select seq as from_seq, seq as to_seq from box_seqs
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
          and seq > ${after} and seq <= ${through}
        union all
        select from_seq, to_seq from box_seq_ranges
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
          and to_seq > ${after} and from_seq <= ${through}
        union all
        select ${through}::bigint + 1, ${through}::bigint + 1
      ), placed as (
        -- Ranges may lie over each other: what is held before a row is the furthest of all before it.
        select from_seq, coalesce(max(to_seq) over (order by from_seq, to_seq
          rows between unbounded preceding and 1 preceding), ${after}::bigint) as held_through
        from held
      )
      select greatest(held_through, ${after}::bigint) + 1 as "from", from_seq - 1 as "to"
      from placed where from_seq > greatest(held_through, ${after}::bigint) + 1
      order by from_seq limit ${limit}`,
  );
}

export type NewGap = SeqRange & { missing: number };

export async function insertGaps(
  tx: TenantTransaction,
  { boxId, epoch, gaps }: BoxLife & { gaps: readonly NewGap[] },
): Promise<void> {
  await run(
    tx,
    sql`insert into box_gaps (tenant_id, box_id, epoch, from_seq, to_seq, missing, found_at)
        select ${tx.tenantId}, ${boxId}, ${epoch}, found.from_seq, found.to_seq, found.missing,
          ${tx.now}
        from unnest(${gaps.map(({ from }) => from)}::bigint[], ${gaps.map(({ to }) => to)}::bigint[],
          ${gaps.map(({ missing }) => missing)}::bigint[]) as found (from_seq, to_seq, missing)
        on conflict do nothing returning from_seq`,
  );
}

/** Open gaps of a life that one of these ranges reaches into. */
export async function listOpenGaps(
  tx: TenantTransaction,
  { boxId, epoch, from, to }: BoxLife & SeqRange,
): Promise<SeqRange[]> {
  return await listRows(
    tx,
    sql<SeqRange>`
      select from_seq as "from", to_seq as "to" from box_gaps
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
        and filled_at is null and from_seq <= ${to} and to_seq >= ${from}
      order by from_seq`,
  );
}

/** Says how many seqs of a gap are missing still; none closes the alarm. */
export async function updateGap(
  tx: TenantTransaction,
  { boxId, epoch, from, missing }: BoxLife & { from: number; missing: number },
): Promise<void> {
  const filledAt = missing === 0 ? tx.now : null;
  await run(
    tx,
    sql`update box_gaps set missing = ${missing}, filled_at = ${filledAt}
        where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
          and from_seq = ${from}`,
  );
}

export type GapRow = SeqRange & {
  boxId: string;
  epoch: string;
  missing: number;
  foundAt: Date;
  filledAt: Date | null;
};

/** The newest first; of one box, or of all (null). */
export async function listGaps(
  tx: TenantTransaction,
  { boxId, openOnly, limit }: { boxId: string | null; openOnly: boolean; limit: number },
): Promise<GapRow[]> {
  return await listRows(
    tx,
    sql<GapRow>`
      select box_id as "boxId", epoch, from_seq as "from", to_seq as "to", missing,
        found_at as "foundAt", filled_at as "filledAt"
      from box_gaps
      where tenant_id = ${tx.tenantId} and (${boxId}::uuid is null or box_id = ${boxId}::uuid)
        and (filled_at is null or not ${openOnly}::boolean)
        -- A gap itself names no branch; those of boxes that were removed are the whole company's.
        and (${tx.branchIds === null}::boolean
          or box_id in (select id from boxes where tenant_id = ${tx.tenantId}))
      order by found_at desc, from_seq desc limit ${limit}`,
  );
}

export type MissingRow = { boxId: string; missing: number; foundAt: Date };

/** How many events of each box are missing, and since when that is known. */
export async function countMissingByBox(tx: TenantTransaction): Promise<MissingRow[]> {
  return await listRows(
    tx,
    sql<MissingRow>`
      select box_id as "boxId", sum(missing)::bigint as missing, min(found_at) as "foundAt"
      from box_gaps where tenant_id = ${tx.tenantId} and filled_at is null
      group by box_id`,
  );
}

export type TwinRow = { boxId: string; foundAt: Date; seenAt: Date };

/** Boxes under whose name two stores have spoken since a moment. */
export async function listTwins(
  tx: TenantTransaction,
  { boxId, seenSince }: { boxId: string | null; seenSince: Date },
): Promise<TwinRow[]> {
  return await listRows(
    tx,
    sql<TwinRow>`
      select box_id as "boxId", found_at as "foundAt", seen_at as "seenAt" from box_twins
      where tenant_id = ${tx.tenantId} and seen_at > ${seenSince}
        and (${boxId}::uuid is null or box_id = ${boxId}::uuid)
        and (${tx.branchIds === null}::boolean
          or box_id in (select id from boxes where tenant_id = ${tx.tenantId}))
      order by box_id`,
  );
}
