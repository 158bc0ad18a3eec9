import { writePlainArray } from "../../platform/columns.ts";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Counted } from "./book.ts";

/** Gives the visits of all guests of some customers to whom the guests are now. Gives who lost any. */
export async function attachVisitsOf(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<string[]> {
  const { tenantId } = tx;
  const rows = await listRows(
    tx,
    sql<{ customerId: string }>`
      with moved as (
        select visits.id, visits.customer_id, guests.customer_id as owner from guests
        join visits on visits.tenant_id = ${tenantId} and visits.guest_id = guests.id
        where guests.tenant_id = ${tenantId} and guests.customer_id = any(${customerIds}::uuid[])
          and visits.customer_id is distinct from guests.customer_id
      ), given as (
        update visits set customer_id = moved.owner from moved
        where visits.tenant_id = ${tenantId} and visits.id = moved.id
        returning visits.id
      )
      select distinct moved.customer_id as "customerId" from moved
      join given on given.id = moved.id where moved.customer_id is not null`,
  );
  return rows.map((row) => row.customerId);
}

const readIds = (counted: readonly Counted[]) =>
  writePlainArray(counted.map(({ customerId }) => customerId));
const readPositions = (counted: readonly Counted[]) =>
  writePlainArray(counted.map(({ position }) => position));

/** Numbers customers' visits in the order of starting, without gaps, everywhere and per branch. */
export async function numberVisits(
  tx: TenantTransaction,
  counted: readonly Counted[],
): Promise<void> {
  const { tenantId } = tx;
  await run(
    tx,
    // Few numbers change: only of those is the row looked up again.
    sql`with counted as (
          select id, number as had, number_at_branch as had_at_branch,
            row_number() over (partition by customer_id order by started_at, id) as number,
            row_number() over (partition by customer_id, branch_id order by started_at, id)
              as number_at_branch
          from visits
          where tenant_id = ${tenantId} and customer_id = any(${readIds(counted)}::uuid[])
        ), changed as materialized (
          select id, number, number_at_branch from counted
          where had is distinct from number or had_at_branch is distinct from number_at_branch
        )
        update visits set number = changed.number, number_at_branch = changed.number_at_branch
        from changed
        where visits.tenant_id = ${tenantId} and visits.id = changed.id`,
  );
}

export type VisitCount = { customerId: string; visits: number; lastVisitAt: Date | null };

/**
 * Counts customers' visits anew, everywhere and per branch; what is kept of a branch they have no
 * visits of any more becomes nothing.
 */
export async function countVisits(
  tx: TenantTransaction,
  counted: readonly Counted[],
): Promise<VisitCount[]> {
  const { tenantId } = tx;
  const ids = readIds(counted);
  await run(
    tx,
    sql`insert into branch_customers (tenant_id, branch_id, customer_id, visits, last_visit_at,
          changed_position)
        select ${tenantId}::uuid, visits.branch_id, asked.customer_id, count(*)::integer,
          max(visits.started_at), asked.position
        from unnest(${ids}::uuid[], ${readPositions(counted)}::bigint[])
          as asked (customer_id, position)
        join visits
          on visits.tenant_id = ${tenantId} and visits.customer_id = asked.customer_id
        group by visits.branch_id, asked.customer_id, asked.position
        on conflict (tenant_id, branch_id, customer_id) do update set visits = excluded.visits,
          last_visit_at = excluded.last_visit_at, changed_position = excluded.changed_position`,
  );
  await run(
    tx,
    sql`update branch_customers set visits = 0, last_visit_at = null,
          changed_position = asked.position
        from unnest(${ids}::uuid[], ${readPositions(counted)}::bigint[])
          as asked (customer_id, position)
        where tenant_id = ${tenantId} and branch_customers.customer_id = asked.customer_id
          and branch_customers.visits > 0
          and not exists (select from visits where visits.tenant_id = ${tenantId}
            and visits.customer_id = asked.customer_id
            and visits.branch_id = branch_customers.branch_id)`,
  );
  return await listRows(
    tx,
    sql<VisitCount>`
      select asked.customer_id as "customerId", count(visits.id)::integer as visits,
        max(visits.started_at) as "lastVisitAt"
      from unnest(${ids}::uuid[]) as asked (customer_id)
      left join visits
        on visits.tenant_id = ${tenantId} and visits.customer_id = asked.customer_id
      group by asked.customer_id`,
  );
}

/** Notes of branches that customers have lost their visits of since when there are none. */
export async function emptyBranches(
  tx: TenantTransaction,
  emptied: readonly (Counted & { branchId: string })[],
): Promise<void> {
  if (emptied.length === 0) return;
  await run(
    tx,
    sql`insert into branch_customers (tenant_id, branch_id, customer_id, visits, last_visit_at,
          changed_position)
        select ${tx.tenantId}::uuid, emptied.branch_id, emptied.customer_id, 0, null,
          emptied.position
        from unnest(${writePlainArray(emptied.map(({ branchId }) => branchId))}::uuid[],
          ${readIds(emptied)}::uuid[], ${readPositions(emptied)}::bigint[])
          as emptied (branch_id, customer_id, position)
        on conflict (tenant_id, branch_id, customer_id) do update set visits = excluded.visits,
          last_visit_at = excluded.last_visit_at, changed_position = excluded.changed_position`,
  );
}

/** Empties everything the handlers made. */
export async function forgetVisits(tx: TenantTransaction): Promise<void> {
  const { tenantId } = tx;
  await run(tx, sql`delete from branch_customers where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from sessions where tenant_id = ${tenantId}`);
  await run(tx, sql`delete from visits where tenant_id = ${tenantId}`);
}
