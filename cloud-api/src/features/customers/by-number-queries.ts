import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectKnown } from "./page-queries.ts";

export type Numbered = { id: string; name: string | null; isRestricted: boolean };

/**
 * Who may be called by a number: whoever proved it, or else those who claim it and have not proved it.
 * Whoever is bound to branches is given those whom these know.
 */
export function listByNumber(tx: TenantTransaction, phone: string): Promise<Numbered[]> {
  const { tenantId } = tx;
  return listRows(
    tx,
    sql<Numbered>`
      with recursive held as (
        select customer_id as id from customer_identifiers
        where tenant_id = ${tenantId} and kind = 'phone' and value = ${phone}
      ), along as (
        select id from held
        union
        select customer_id from customer_claims
        where tenant_id = ${tenantId} and kind = 'phone' and value = ${phone}
          and not exists (select from held)
        union
        select customers.merged_into from along
        join customers on customers.tenant_id = ${tenantId} and customers.id = along.id
        where customers.merged_into is not null
      )
      select customers.id, customers.name, customers.restricted_at is not null as "isRestricted"
      from along
      join customers on customers.tenant_id = ${tenantId} and customers.id = along.id
      where customers.merged_into is null and customers.erased_position is null
        ${tx.seesMembers ? sql`` : sql`and customers.id in (${selectKnown(tx)})`}
      order by customers.id`,
  );
}

/**
 * The guest whom no box ever met and whose id is a customer's: what is told of the customer elsewhere
 * stands as theirs, and is merged, forgotten and replayed with what guests told. Of the branch that the
 * customer came by, so that nobody sees more of the company for it.
 */
export async function standFor(
  tx: TenantTransaction,
  { customerId, owner, at }: { customerId: string; owner: string; at: Date },
): Promise<void> {
  await run(
    tx,
    sql`insert into guests (tenant_id, id, customer_id, branch_id, first_seen_at)
        select ${tx.tenantId}, ${customerId}::uuid, ${owner}::uuid, customers.source_branch_id,
          ${at}::timestamptz
        from customers where customers.tenant_id = ${tx.tenantId} and customers.id = ${customerId}
        on conflict (tenant_id, id) do nothing returning id`,
  );
}
