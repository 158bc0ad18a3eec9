import type { RawBuilder } from "kysely";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

export type ReachedBrand = { id: string; name: string; branches: number };

/** Brands with branches that the transaction reaches. */
export function listReachedBrands(tx: TenantTransaction): Promise<ReachedBrand[]> {
  return listRows(
    tx,
    sql<ReachedBrand>`
      select brands.id, brands.name, count(*)::integer as branches
      from branches
      join brands on brands.tenant_id = ${tx.tenantId} and brands.id = branches.brand_id
      where branches.tenant_id = ${tx.tenantId}
      group by brands.id, brands.name order by brands.name, brands.id`,
  );
}

/** The customers whom branches know. */
export const selectKnownAt = (
  tx: TenantTransaction,
  branchIds: readonly string[],
): RawBuilder<unknown> => sql`
  select customer_id from guests
  where tenant_id = ${tx.tenantId} and branch_id = any(${branchIds}::uuid[])
    and customer_id is not null`;

export type VisitsThere = {
  customerId: string;
  visits: number;
  firstVisitAt: Date;
  lastVisitAt: Date;
  minutes: number | null;
  /** Of their first visit there. */
  branchId: string;
};

/** What some customers did at branches; whoever never came there is left out. */
export function sumVisitsAt(
  tx: TenantTransaction,
  { customerIds, branchIds }: { customerIds: readonly string[]; branchIds: readonly string[] },
): Promise<VisitsThere[]> {
  return listRows(
    tx,
    sql<VisitsThere>`
      select customer_id as "customerId", count(*)::integer as visits,
        min(started_at) as "firstVisitAt", max(started_at) as "lastVisitAt",
        (array_agg(branch_id order by started_at))[1] as "branchId",
        round(avg(extract(epoch from ended_at - started_at)) / 60)::integer as minutes
      from visits
      where tenant_id = ${tx.tenantId} and customer_id = any(${customerIds}::uuid[])
        and branch_id = any(${branchIds}::uuid[])
      group by customer_id`,
  );
}
