import { findRow, getRow, run, sql, type TenantTransaction } from "../../platform/db.ts";

type Holders = {
  customerId: string;
  /** Null: it was nobody's before. */
  heldSince: Date | null;
  previousCustomerId: string | null;
};

async function findHolders(tx: TenantTransaction, phone: string): Promise<Holders | null> {
  return await findRow(
    tx,
    sql<Holders>`
      select customer_id as "customerId", held_since as "heldSince",
        previous_customer_id as "previousCustomerId"
      from customer_identifiers
      where tenant_id = ${tx.tenantId} and kind = 'phone' and value = ${phone}`,
  );
}

/** Whose number it was at a moment; null when nobody is known to have had it then. */
export async function findHolder(
  tx: TenantTransaction,
  { phone, at }: { phone: string; at: Date },
): Promise<string | null> {
  const holders = await findHolders(tx, phone);
  if (!holders) return null;
  const { customerId, heldSince, previousCustomerId } = holders;
  return heldSince === null || at >= heldSince ? customerId : previousCustomerId;
}

/**
 * Somebody new has the number since a moment. Told late, after a still newer holder, they are whose
 * it was before. Gives whose it was until now, whose record changes too.
 */
export async function passNumberOn(
  tx: TenantTransaction,
  { phone, customerId, since }: { phone: string; customerId: string; since: Date },
): Promise<string | null> {
  const before = await findHolders(tx, phone);
  await getRow(
    tx,
    sql`insert into customer_identifiers (tenant_id, kind, value, customer_id, held_since)
        values (${tx.tenantId}, 'phone', ${phone}, ${customerId}, ${since})
        on conflict (tenant_id, kind, value) do update set
          previous_customer_id = case
            when customer_identifiers.customer_id = excluded.customer_id
            then customer_identifiers.previous_customer_id
            when customer_identifiers.held_since > excluded.held_since then excluded.customer_id
            else customer_identifiers.customer_id end,
          customer_id = case
            when customer_identifiers.held_since > excluded.held_since
            then customer_identifiers.customer_id else excluded.customer_id end,
          held_since = greatest(customer_identifiers.held_since, excluded.held_since)
        returning value`,
  );
  return before === null || before.customerId === customerId ? null : before.customerId;
}

/** Somebody turned out to have had the number before its new holder did. */
export async function notePreviousHolder(
  tx: TenantTransaction,
  { phone, customerId }: { phone: string; customerId: string },
): Promise<void> {
  await run(
    tx,
    sql`update customer_identifiers set previous_customer_id = ${customerId}
        where tenant_id = ${tx.tenantId} and kind = 'phone' and value = ${phone}
          and previous_customer_id is null`,
  );
}
