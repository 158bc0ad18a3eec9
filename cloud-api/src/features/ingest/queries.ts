import { createHash } from "node:crypto";
import { writePlainArray } from "../../platform/columns.ts";
import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";

export type BoxLife = { boxId: string; epoch: string };

type Claims = BoxLife & { events: readonly { id: string; seq: number }[] };

/** The rows of claims, in the order in which every push takes them. */
function listClaims(tx: TenantTransaction, { boxId, epoch, events }: Claims) {
  return sql`
    select ${tx.tenantId}::uuid, ${boxId}::uuid, ${epoch}::uuid, incoming.seq, incoming.event_id
    from unnest(${writePlainArray(events.map(({ seq }) => seq))}::bigint[],
      ${writePlainArray(events.map(({ id }) => id))}::uuid[]) as incoming (seq, event_id)
    order by incoming.seq`;
}

/**
 * Claims the seq and the id of each event, and gives the ids that nobody had claimed; null: all of them.
 * A push that is stored at the same time is waited for.
 */
export async function claimSeqs(tx: TenantTransaction, claims: Claims): Promise<string[] | null> {
  const { ids } = await getRow(
    tx,
    sql<{ ids: string[] | null }>`
      with claimed as (
        insert into box_seqs (tenant_id, box_id, epoch, seq, event_id)
        ${listClaims(tx, claims)}
        on conflict do nothing
        returning event_id
      )
      select case when count(*) < ${claims.events.length}
        then coalesce(array_agg(event_id), array[]::uuid[]) end as ids from claimed`,
  );
  return ids;
}

/** Claims what nobody has claimed, in half the time; fails where anybody has. */
export async function claimNewSeqs(tx: TenantTransaction, claims: Claims): Promise<void> {
  await run(
    tx,
    sql`with claimed as (
          insert into box_seqs (tenant_id, box_id, epoch, seq, event_id)
          ${listClaims(tx, claims)}
          returning event_id
        )
        select count(*) from claimed`,
  );
}

/** Where an event of a box is held. */
export type HeldEvent = {
  id: string;
  epoch: string;
  seq: number;
  /** Null: this very transaction appends it, or it has left the log. */
  position: number | null;
};

/**
 * Which of these events are held for good as this box's own, under whichever seq: a box whose store
 * was restored sends some again in its new life.
 */
export async function listHeldEvents(
  tx: TenantTransaction,
  { boxId, ids }: { boxId: string; ids: readonly string[] },
): Promise<HeldEvent[]> {
  return await listRows(
    tx,
    sql<HeldEvent>`
      select box_seqs.event_id as id, box_seqs.epoch, box_seqs.seq, events.position
      from box_seqs
      left join events on events.tenant_id = ${tx.tenantId} and events.id = box_seqs.event_id
      where box_seqs.tenant_id = ${tx.tenantId} and box_seqs.box_id = ${boxId}
        and box_seqs.event_id = any(${ids}::uuid[])`,
  );
}

export type SetAsideRow = { id: string; seq: number | null; reason: string; body: string };

/** Keeps events unread. The same one sent again is the same row. */
export async function insertSetAside(
  tx: TenantTransaction,
  { branchId, boxId, epoch, rows }: BoxLife & { branchId: string; rows: readonly SetAsideRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  const fingerprints = rows.map(({ body }) => createHash("sha256").update(body).digest("hex"));
  await run(
    tx,
    sql`insert into set_aside_events (tenant_id, id, branch_id, box_id, epoch, seq, reason, body,
          fingerprint, received_at)
        select ${tx.tenantId}, kept.id, ${branchId}, ${boxId}, ${epoch}, kept.seq, kept.reason,
          kept.body, kept.fingerprint, ${tx.now}
        from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ seq }) => seq)}::bigint[],
          ${rows.map(({ reason }) => reason)}::text[], ${rows.map(({ body }) => body)}::text[],
          ${fingerprints}::text[]) as kept (id, seq, reason, body, fingerprint)
        on conflict do nothing returning id`,
  );
}

export type UnreadEvent = {
  id: string;
  branchId: string;
  boxId: string;
  epoch: string;
  seq: number | null;
  reason: string;
  receivedAt: Date;
};

/** What boxes sent and nobody could read, the newest first, without what it says. */
export async function listUnreadEvents(
  tx: TenantTransaction,
  limit: number,
): Promise<UnreadEvent[]> {
  return await listRows(
    tx,
    sql<UnreadEvent>`
      select id, branch_id as "branchId", box_id as "boxId", epoch, seq, reason,
        received_at as "receivedAt"
      from set_aside_events where tenant_id = ${tx.tenantId}
      order by received_at desc, id desc limit ${limit}`,
  );
}

export async function countUnreadEvents(tx: TenantTransaction): Promise<number> {
  const { total } = await getRow(
    tx,
    sql<{ total: number }>`
      select count(*) as total from set_aside_events where tenant_id = ${tx.tenantId}`,
  );
  return total;
}

export type UnreadBody = BoxLife & { id: string; branchId: string; body: string };

/** The oldest first, without those whose words were forgotten. */
export async function listUnreadBodies(
  tx: TenantTransaction,
  { after, limit }: { after: string | null; limit: number },
): Promise<UnreadBody[]> {
  return await listRows(
    tx,
    sql<UnreadBody>`
      select id, branch_id as "branchId", box_id as "boxId", epoch, body
      from set_aside_events
      where tenant_id = ${tx.tenantId} and body <> '' and (${after}::uuid is null or id > ${after})
      order by id limit ${limit}`,
  );
}

export async function deleteUnread(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await run(
    tx,
    sql`delete from set_aside_events where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
  );
}

/** What names one of these is not kept to be looked at; that it came, and why it was not read, is. */
export async function forgetUnread(tx: TenantTransaction, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await run(
    tx,
    sql`update set_aside_events set body = ''
        where tenant_id = ${tx.tenantId} and exists (
          select from unnest(${names}::text[]) as name (text)
          where position(name.text in set_aside_events.body) > 0)`,
  );
}

/** Nobody is going to look at it any more. */
export async function purgeUnread(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`delete from set_aside_events
        where tenant_id = ${tx.tenantId} and id in (
          select id from set_aside_events
          where tenant_id = ${tx.tenantId} and received_at < ${before} limit ${limit})
        returning id`,
  );
  return gone.length;
}
