import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { FIRST_ID } from "../customers/index.ts";

/** A segment of which everybody is being judged anew. */
export type JudgingRow = { segmentId: string; doneTo: string; done: number; total: number };

export function listJudgings(tx: TenantTransaction): Promise<JudgingRow[]> {
  return listRows(
    tx,
    sql<JudgingRow>`
      select segment_id as "segmentId", done_to as "doneTo", done, total from segment_judgings
      where tenant_id = ${tx.tenantId} order by segment_id`,
  );
}

/** Begins anew with these, wherever they had come to. */
export async function beginJudging(
  tx: TenantTransaction,
  segmentIds: readonly string[],
): Promise<void> {
  if (segmentIds.length === 0) return;
  await run(
    tx,
    sql`insert into segment_judgings (tenant_id, segment_id, done_to, done, total, begun_at)
        select ${tx.tenantId}, begun.id, ${FIRST_ID}, 0, 0, ${tx.now}::timestamptz
        from unnest(${segmentIds}::uuid[]) as begun (id)
        on conflict (tenant_id, segment_id) do update set done_to = excluded.done_to, done = 0,
          total = 0, begun_at = excluded.begun_at
        returning segment_id`,
  );
}

export function moveJudging(
  tx: TenantTransaction,
  moved: { segmentIds: readonly string[]; doneTo: string; judged: number; total: number },
): Promise<void> {
  const { segmentIds, doneTo, judged, total } = moved;
  return run(
    tx,
    sql`update segment_judgings set done_to = ${doneTo}, done = done + ${judged}::integer,
          total = ${total}
        where tenant_id = ${tx.tenantId} and segment_id = any(${segmentIds}::uuid[])`,
  );
}

export function endJudging(tx: TenantTransaction, segmentIds: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`delete from segment_judgings
        where tenant_id = ${tx.tenantId} and segment_id = any(${segmentIds}::uuid[])`,
  );
}

/** Removes members who are no customers any more. */
export function deleteStrayMembers(tx: TenantTransaction, segmentId: string): Promise<void> {
  return run(
    tx,
    sql`delete from segment_members
        where tenant_id = ${tx.tenantId} and segment_id = ${segmentId} and not exists (
          select from customers
          where customers.tenant_id = ${tx.tenantId}
            and customers.id = segment_members.customer_id
            and customers.erased_position is null)`,
  );
}

/** Counts the members of segments anew, and gives the counts. */
export async function recountMembers(
  tx: TenantTransaction,
  segmentIds: readonly string[],
): Promise<{ segmentId: string; members: number }[]> {
  return await listRows(
    tx,
    sql<{ segmentId: string; members: number }>`
      update segments set members = counted.members
      from (
        select wanted.id, count(held.customer_id)::integer as members
        from unnest(${segmentIds}::uuid[]) as wanted (id)
        left join segment_members as held
          on held.tenant_id = ${tx.tenantId} and held.segment_id = wanted.id
        group by wanted.id
      ) as counted
      where segments.tenant_id = ${tx.tenantId} and segments.id = counted.id
      returning segments.id as "segmentId", segments.members`,
  );
}
