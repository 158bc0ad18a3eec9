import { getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Cell } from "./rules.ts";
import { degreesAt, FINEST_LEVEL } from "./rules.ts";

/** Homes nearer to each other than this many decimals of a degree are one: about a hundred metres. */
const HOME_DECIMALS = 3;

/**
 * How many customers live in each square, by the last word on their place. Whose record is not to be
 * used is not in it, nor who was forgotten or is part of another.
 */
export function countByCell(tx: TenantTransaction): Promise<Cell[]> {
  const { tenantId } = tx;
  const side = degreesAt(FINEST_LEVEL);
  return listRows(
    tx,
    sql<Cell>`
      with latest as (
        select distinct on (guests.customer_id) guests.customer_id, told.value
        from customer_fields as told
        join guests on guests.tenant_id = told.tenant_id and guests.id = told.guest_id
        where told.tenant_id = ${tenantId} and told.field = 'place'
          and guests.customer_id is not null
        order by guests.customer_id, told.given_at desc, told.event_id desc
      ), placed as (
        select split_part(latest.value, ',', 1)::numeric as latitude,
          split_part(latest.value, ',', 2)::numeric as longitude
        from latest
        join customers on customers.tenant_id = ${tenantId} and customers.id = latest.customer_id
        where latest.value <> '' and customers.restricted_at is null
          and customers.erased_position is null and customers.merged_into is null
      )
      select floor((longitude + 180) / ${side}::numeric)::integer as x,
        floor((latitude + 90) / ${side}::numeric)::integer as y,
        count(*)::integer as customers,
        count(distinct (round(latitude, ${HOME_DECIMALS}), round(longitude, ${HOME_DECIMALS})))::integer
          as homes
      from placed group by 1, 2`,
  );
}

export async function countCustomers(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customers
      where tenant_id = ${tx.tenantId} and merged_into is null and restricted_at is null
        and erased_position is null`,
  );
  return row.count;
}

export type BranchPlace = { branchId: string; name: string; place: string };

/** Where branches stand, of those that somebody's rights reach. */
export function listBranchPlaces(tx: TenantTransaction): Promise<BranchPlace[]> {
  return listRows(
    tx,
    sql<BranchPlace>`
      select branches.id as "branchId", branches.name, branch_places.place
      from branch_places
      join branches on branches.tenant_id = branch_places.tenant_id
        and branches.id = branch_places.branch_id
      where branch_places.tenant_id = ${tx.tenantId} order by branches.name, branches.id`,
  );
}

export async function saveBranchPlace(
  tx: TenantTransaction,
  { branchId, place }: { branchId: string; place: string | null },
): Promise<void> {
  const { tenantId } = tx;
  if (place === null)
    return run(
      tx,
      sql`delete from branch_places where tenant_id = ${tenantId} and branch_id = ${branchId}`,
    );
  return run(
    tx,
    sql`insert into branch_places (tenant_id, branch_id, place)
        values (${tenantId}, ${branchId}, ${place})
        on conflict (tenant_id, branch_id) do update set place = excluded.place`,
  );
}
