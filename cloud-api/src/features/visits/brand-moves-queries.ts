import { KNOWN_GUESTS_DEFAULT } from "@foyer/contract";
import { getRow, listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** Whom a branch knows, in the order of their ids, behind one of them. */
export async function listCustomersOfBranch(
  tx: TenantTransaction,
  { branchId, after, limit }: { branchId: string; after: string; limit: number },
): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select distinct customer_id as id from guests
      where tenant_id = ${tx.tenantId} and branch_id = ${branchId} and customer_id > ${after}
      order by customer_id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** How many guests the boxes of a branch will be told of together, once it is of the brand it goes to. */
export async function countKnownTo(tx: TenantTransaction, branchId: string): Promise<number> {
  const { tenantId } = tx;
  const { count } = await getRow(
    tx,
    sql<{ count: number }>`
      select boxes.count * least(known.count, known.max) as count
      from (
        select count(*) from boxes where tenant_id = ${tenantId} and branch_id = ${branchId}
      ) as boxes cross join (
        select count(brand_customers.customer_id),
          coalesce((branches.settings->>'knownGuestsMax')::bigint, ${KNOWN_GUESTS_DEFAULT}) as max
        from branches
        left join brand_customers on brand_customers.tenant_id = ${tenantId}
          and brand_customers.brand_id = branches.coming_brand_id and brand_customers.is_known
        where branches.tenant_id = ${tenantId} and branches.id = ${branchId}
        group by branches.id, branches.settings
      ) as known`,
  );
  return count;
}
