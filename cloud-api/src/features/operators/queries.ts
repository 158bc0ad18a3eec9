import { getRow, sql, type TenantTransaction } from "../../platform/db.ts";

export type TenantCounts = { branches: number; boxes: number; lastEventAt: Date | null };

/** How much there is of a company, and when it was heard of last: counts, and no row of theirs. */
export function countTenant(tx: TenantTransaction): Promise<TenantCounts> {
  return getRow(
    tx,
    sql<TenantCounts>`
      select
        (select count(*)::integer from branches where tenant_id = ${tx.tenantId}) as branches,
        (select count(*)::integer from boxes
          where tenant_id = ${tx.tenantId} and removed_at is null) as boxes,
        (select received_at from events where tenant_id = ${tx.tenantId}
          order by position desc limit 1) as "lastEventAt"`,
  );
}
