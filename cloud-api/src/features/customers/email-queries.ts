import { findRow, sql, type TenantTransaction } from "../../platform/db.ts";

/** `email` is in lower case. */
export async function findCustomerByEmail(
  tx: TenantTransaction,
  email: string,
): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ customerId: string }>`
      select customer_id as "customerId" from customer_identifiers
      where tenant_id = ${tx.tenantId} and kind = 'email' and value = ${email}`,
  );
  return row?.customerId ?? null;
}

/** False when somebody else has the address already. */
export async function claimEmail(
  tx: TenantTransaction,
  { email, customerId }: { email: string; customerId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into customer_identifiers (tenant_id, kind, value, customer_id)
        values (${tx.tenantId}, 'email', ${email}, ${customerId})
        on conflict (tenant_id, kind, value) do nothing returning value`,
  );
  return row !== null;
}

/** Whether any number was ever proved to be theirs. */
export async function hasPhone(tx: TenantTransaction, customerId: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select value from customer_identifiers
        where tenant_id = ${tx.tenantId} and customer_id = ${customerId} and kind = 'phone' limit 1`,
  );
  return row !== null;
}
