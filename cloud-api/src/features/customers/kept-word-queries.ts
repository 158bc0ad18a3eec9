import { run, sql, type TenantTransaction } from "../../platform/db.ts";

/**
 * Where both records say something of a field, the one that stays goes on saying it, though the other
 * had said it later: its word again, as of the merge.
 */
export async function sayKeptWordsAgain(
  tx: TenantTransaction,
  { mergeId, mergedAt }: { mergeId: string; mergedAt: Date },
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    sql`with said as (
          select distinct on (parts.kind, told.field) parts.kind as side, told.*
          from customer_merge_parts as parts
          join customer_fields as told on told.tenant_id = ${tenantId}
            and told.guest_id = parts.part::uuid and told.merge_id is distinct from ${mergeId}::uuid
          where parts.tenant_id = ${tenantId} and parts.merge_id = ${mergeId}
            and parts.kind in ('kept-guest', 'gone-guest')
          order by parts.kind, told.field, told.given_at desc, told.event_id desc
        )
        insert into customer_fields (tenant_id, event_id, field, guest_id, value, given_by, given_at,
          branch_id, terms_version, staff_id, told_at, merge_id)
        select ${tenantId}, ${mergeId}::uuid, kept.field, kept.guest_id, kept.value, kept.given_by,
          greatest(${mergedAt}::timestamptz, gone.given_at), kept.branch_id, kept.terms_version,
          kept.staff_id, coalesce(kept.told_at, kept.given_at), ${mergeId}::uuid
        from said as kept join said as gone on gone.field = kept.field and gone.side = 'gone-guest'
        where kept.tenant_id = ${tenantId} and kept.side = 'kept-guest' and kept.value <> '' and kept.value <> gone.value
          and (gone.given_at, gone.event_id) > (kept.given_at, kept.event_id)
        on conflict (tenant_id, event_id, field) do nothing returning field`,
  );
}

export async function dropKeptWords(tx: TenantTransaction, mergeId: string): Promise<void> {
  await run(
    tx,
    sql`delete from customer_fields where tenant_id = ${tx.tenantId} and merge_id = ${mergeId}`,
  );
}
