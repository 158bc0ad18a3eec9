import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

/** The next customers, by id, of whom the field was ever told: each changes once at a time. */
export async function lockTellers(
  tx: TenantTransaction,
  { key, after, limit }: { key: string; after: string; limit: number },
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ id: string }>`
      select customers.id from customers
      where customers.tenant_id = ${tenantId} and customers.id > ${after}::uuid
        and customers.merged_into is null and customers.erased_position is null
        and exists (
          select from guests
          join customer_fields as told
            on told.tenant_id = guests.tenant_id and told.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.customer_id = customers.id
            and told.field = ${key})
      order by customers.id limit ${limit} for update of customers`,
  );
  return rows.map(({ id }) => id);
}
