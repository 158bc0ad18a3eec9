import { run, sql, type TenantTransaction } from "../../platform/db.ts";

export type MergedRecords = { mergeId: string; keptId: string; goneId: string };

/**
 * Gives the marks of one record to the other, which keeps its own group and tier where it has any.
 * What goes is kept, so that it can be given back. What rules gave they take, and judge the other anew.
 */
export async function moveMarks(tx: TenantTransaction, merged: MergedRecords): Promise<void> {
  const { tenantId } = tx;
  const { mergeId, keptId, goneId } = merged;
  await run(
    tx,
    sql`insert into merged_marks (tenant_id, merge_id, customer_id, mark_id, kind, given)
        select ${tenantId}, ${mergeId}, ${goneId}, gone.mark_id, gone.kind, not exists (
            select from customer_marks as kept
            where kept.tenant_id = ${tenantId} and kept.customer_id = ${keptId}
              and (kept.mark_id = gone.mark_id
                or (kept.kind = gone.kind and gone.kind in ('group', 'tier')
                  and not kept.by_rule)))
        from customer_marks as gone
        where gone.tenant_id = ${tenantId} and gone.customer_id = ${goneId}
          and not gone.by_rule
        on conflict (tenant_id, merge_id, mark_id) do nothing returning mark_id`,
  );
  await run(
    tx,
    sql`delete from customer_marks
        where tenant_id = ${tenantId} and customer_id = ${goneId} and not by_rule`,
  );
  // A tier that staff gave to either goes before one that points are worth.
  await run(
    tx,
    sql`delete from customer_marks
        where tenant_id = ${tenantId} and customer_id = ${keptId} and kind = 'tier' and by_rule
          and exists (
            select from merged_marks as given
            where given.tenant_id = ${tenantId} and given.merge_id = ${mergeId}
              and given.kind = 'tier' and given.given)`,
  );
  await run(
    tx,
    sql`insert into customer_marks (tenant_id, customer_id, mark_id, kind)
        select ${tenantId}, ${keptId}, mark_id, kind from merged_marks
        where tenant_id = ${tenantId} and merge_id = ${mergeId} and given
        on conflict (tenant_id, customer_id, mark_id) do nothing returning mark_id`,
  );
}

/** Gives each record its own marks back; what staff have given or taken since stays as they have it. */
export async function giveMarksBack(tx: TenantTransaction, merged: MergedRecords): Promise<void> {
  const { tenantId } = tx;
  const { mergeId, keptId, goneId } = merged;
  await run(
    tx,
    sql`delete from customer_marks
        where tenant_id = ${tenantId} and customer_id = ${keptId} and mark_id in (
          select mark_id from merged_marks
          where tenant_id = ${tenantId} and merge_id = ${mergeId} and given)`,
  );
  await run(
    tx,
    sql`insert into customer_marks (tenant_id, customer_id, mark_id, kind)
        select ${tenantId}, ${goneId}, mark_id, kind from merged_marks
        where tenant_id = ${tenantId} and merge_id = ${mergeId}
        on conflict do nothing returning mark_id`,
  );
  await run(
    tx,
    sql`delete from merged_marks where tenant_id = ${tenantId} and merge_id = ${mergeId}`,
  );
}
