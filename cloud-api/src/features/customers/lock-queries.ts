import { findRow, run, sql, type TenantTransaction } from "../../platform/db.ts";

// The order in which whatever is about customers is locked, so that no two changes wait for each other:
// 1. what leads to customers: an import, a cursor, the marks that are given;
// 2. the customers' own rows, all that a statement or handler is about at once, by their ids;
// 3. what is theirs: requests, guests, fields, words, claims, suggestions, marks, coupons;
// 4. the counter of the log, which `transaction()` takes last.
// A cursor handles many events in one transaction, each about whomever it names: what it holds is in
// no order. A change of staff that it crosses is made once more (`onceMore` of platform/db.ts).

export type LockedCustomer = {
  sourceBranchId: string;
  country: string;
  isErased: boolean;
  isRestricted: boolean;
  mergedInto: string | null;
};

/** One change of a customer at a time. `country`: as their numbers are written. */
export function lockCustomer(tx: TenantTransaction, id: string): Promise<LockedCustomer | null> {
  return findRow(
    tx,
    sql<LockedCustomer>`
      select customers.source_branch_id as "sourceBranchId",
        customers.erased_position is not null as "isErased",
        customers.restricted_at is not null as "isRestricted",
        customers.merged_into as "mergedInto",
        coalesce((select branches.country from branches where branches.tenant_id = ${tx.tenantId}
          and branches.id = customers.source_branch_id), 'VN') as country
      from customers
      where customers.tenant_id = ${tx.tenantId} and customers.id = ${id} for update`,
  );
}

/** Holds customers to the commit, whoever asks in one order. */
export async function lockCustomers(tx: TenantTransaction, ids: readonly string[]): Promise<void> {
  await run(
    tx,
    sql`select id from customers
        where tenant_id = ${tx.tenantId} and id = any(${[...ids]}::uuid[])
        order by id for update`,
  );
}
