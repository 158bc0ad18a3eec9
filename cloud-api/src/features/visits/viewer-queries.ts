import type { Language } from "@foyer/contract";
import { findRow, sql, type TenantTransaction } from "../../platform/db.ts";
import { selectKnown } from "../customers/index.ts";
import { markColumns } from "./known-guest-column-queries.ts";

/** A customer as a branch's pages look at them, the next time they come. */
export type ViewedCustomer = {
  id: string;
  name: string | null;
  language: Language | null;
  /** --MM-DD. */
  birthday: string | null;
  /** The visit they are in or begin next, from 1: here and anywhere. */
  visitNumber: number;
  tenantVisitNumber: number;
  groups: string[];
  tags: string[];
  tier: string | null;
  /** When the last visit here ended. */
  lastVisitAt: Date | null;
  hasNumber: boolean;
  hasEmail: boolean;
  /** Keys of fields that they filled in anywhere. */
  filledFields: string[];
  /** The version of the terms that they agreed to here; null: to none, or they took it back. */
  agreedTerms: number | null;
};

/** Null where there is none to be shown: forgotten, part of another, or whose record is not to be used. */
export function findViewedCustomer(
  tx: TenantTransaction,
  { customerId, branchId }: { customerId: string; branchId: string },
): Promise<ViewedCustomer | null> {
  const { tenantId } = tx;
  const ofKnown = tx.seesMembers ? sql`` : sql`and customers.id in (${selectKnown(tx)})`;
  return findRow(
    tx,
    sql<ViewedCustomer>`
      select customers.id, customers.name, customers.language,
        '--' || right(customers.birthday, 5) as birthday,
        coalesce(here.visits, 0) + 1 - present.is_here as "visitNumber",
        customers.visits + 1 - present.is_here as "tenantVisitNumber",
        ${markColumns(tx, sql`customers.id`)},
        (select max(visits.ended_at) from visits
          where visits.tenant_id = ${tenantId} and visits.branch_id = ${branchId}
            and visits.customer_id = customers.id) as "lastVisitAt",
        customers.phone is not null as "hasNumber", customers.email is not null as "hasEmail",
        array(select distinct filled.field from guests
          join customer_fields as filled
            on filled.tenant_id = guests.tenant_id and filled.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.customer_id = customers.id
          order by filled.field)::text[] as "filledFields",
        (select case when acts.given then acts.text_version end
          from guests
          join customer_consents as acts
            on acts.tenant_id = guests.tenant_id and acts.guest_id = guests.id
          where guests.tenant_id = ${tenantId} and guests.branch_id = ${branchId}
            and guests.customer_id = customers.id and acts.purpose = 'terms'
          order by acts.at desc, acts.event_id desc
          limit 1) as "agreedTerms"
      from customers
      left join branch_customers as here on here.tenant_id = ${tenantId}
        and here.branch_id = ${branchId} and here.customer_id = customers.id
      cross join lateral (
        select exists (select from visits
          where visits.tenant_id = ${tenantId} and visits.branch_id = ${branchId}
            and visits.customer_id = customers.id and visits.ended_at is null)::integer as is_here
      ) as present
      where customers.tenant_id = ${tenantId} and customers.id = ${customerId}
        and customers.merged_into is null and customers.erased_position is null
        and customers.restricted_at is null ${ofKnown}`,
  );
}
