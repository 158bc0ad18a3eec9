import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectKnown } from "./page-queries.ts";

export type Numbered = { id: string; name: string | null; isRestricted: boolean };

/**
 * Who may be called by a number: whoever proved it, or else those of whom the company says that it is
 * theirs. Whoever is bound to branches is given those whom these know.
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
        select claimed.customer_id from customer_claims as claimed
        where claimed.tenant_id = ${tenantId} and claimed.kind = 'phone' and claimed.value = ${phone}
          and not exists (select from held) and ${isOfCompany(tx, phone)}
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
 * Of a claim: the company itself said it last that the number is theirs, by its staff or a file. A
 * number that somebody only typed, on a page or into Zalo, may be anybody's.
 */
const isOfCompany = (tx: TenantTransaction, phone: string) => sql`exists (
  select from (
    select distinct on (told.field) told.value from guests
    join customer_fields as told
      on told.tenant_id = ${tx.tenantId} and told.guest_id = guests.id
    where guests.tenant_id = ${tx.tenantId} and guests.customer_id = claimed.customer_id
      and told.given_by in ('staff', 'import')
    order by told.field, told.given_at desc, told.event_id desc
  ) as said where said.value = ${phone})`;

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
