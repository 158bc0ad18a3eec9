import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { BoxLife } from "./queries.ts";

export type KnownEpoch = {
  firstHeardAt: Date;
  /** The newest seq that is held, or was told to be written. */
  knownThrough: number;
  /** Each seq up to here is held, or known to be missing. */
  checkedThrough: number;
  /** A life of the same box that began after this one and before `newerBefore`. */
  hasNewer: boolean;
  /** Whether the event that is to be held before those that came is; true where none is named. */
  holdsFollowed: boolean;
};

/** What is known of a life of a box, held still to the commit; made where it is new. */
export async function enterEpoch(
  tx: TenantTransaction,
  { boxId, epoch, newerBefore, follows }: BoxLife & { newerBefore: Date; follows: string | null },
): Promise<KnownEpoch> {
  const read = sql<KnownEpoch>`
    select first_heard_at as "firstHeardAt", known_through as "knownThrough",
      checked_through as "checkedThrough",
      exists (select 1 from box_epochs as newer
        where newer.tenant_id = ${tx.tenantId} and newer.box_id = ${boxId}
          and newer.first_heard_at > box_epochs.first_heard_at
          and newer.first_heard_at <= ${newerBefore}) as "hasNewer",
      (${follows}::uuid is null or exists (select 1 from box_seqs
        where box_seqs.tenant_id = ${tx.tenantId} and box_seqs.event_id = ${follows}::uuid
          and box_seqs.box_id = ${boxId})) as "holdsFollowed"
    from box_epochs
    where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch} for update`;
  const known = await findRow(tx, read);
  if (known) return known;
  await run(
    tx,
    sql`insert into box_epochs (tenant_id, box_id, epoch, first_heard_at)
        values (${tx.tenantId}, ${boxId}, ${epoch}, ${tx.now})
        on conflict do nothing`,
  );
  return await getRow(tx, read);
}

export async function updateEpoch(
  tx: TenantTransaction,
  life: BoxLife & { knownThrough: number; checkedThrough: number },
): Promise<void> {
  await run(
    tx,
    sql`update box_epochs set known_through = ${life.knownThrough},
          checked_through = ${life.checkedThrough}
        where tenant_id = ${tx.tenantId} and box_id = ${life.boxId} and epoch = ${life.epoch}`,
  );
}

/** Of these seqs, those that an event of this life stands under. */
export async function listTakenSeqs(
  tx: TenantTransaction,
  { boxId, epoch, seqs }: BoxLife & { seqs: readonly number[] },
): Promise<number[]> {
  const rows = await listRows(
    tx,
    sql<{ seq: number }>`
      select seq from box_seqs
      where tenant_id = ${tx.tenantId} and box_id = ${boxId} and epoch = ${epoch}
        and seq = any(${seqs}::bigint[])`,
  );
  return rows.map(({ seq }) => seq);
}

export async function noteTwin(tx: TenantTransaction, boxId: string): Promise<void> {
  await run(
    tx,
    sql`insert into box_twins (tenant_id, box_id, found_at, seen_at)
        values (${tx.tenantId}, ${boxId}, ${tx.now}, ${tx.now})
        on conflict (tenant_id, box_id) do update set seen_at = excluded.seen_at`,
  );
}
