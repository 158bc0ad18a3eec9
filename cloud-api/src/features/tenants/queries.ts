import {
  type DirectoryTransaction,
  getRow,
  listRows,
  run,
  sql,
  type TenantTransaction,
} from "../../platform/db.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type Tenant = { id: string; name: string; createdAt: Date };

export type Brand = { id: string; name: string; accentColour: string; logo: string | null };

export function insertTenant(
  tx: DirectoryTransaction,
  tenant: { id: string; name: string },
): Promise<void> {
  return run(tx, sql`select directory.add_tenant(${tenant.id}, ${tenant.name}, ${tx.now})`);
}

export function getTenant(tx: TenantTransaction): Promise<Tenant> {
  return getRow(
    tx,
    sql<Tenant>`select id, name, created_at as "createdAt" from directory.find_own_tenant()`,
  );
}

export function updateTenantName(tx: TenantTransaction, name: string): Promise<void> {
  return run(tx, sql`select directory.rename_own_tenant(${name})`);
}

export function insertBrand(tx: TenantTransaction, brand: Brand): Promise<void> {
  return run(
    tx,
    sql`insert into brands (tenant_id, id, name, accent_colour, logo, created_at)
        values (${tx.tenantId}, ${brand.id}, ${brand.name}, ${brand.accentColour}, ${brand.logo},
          ${tx.now})`,
  );
}

/** What a brand is called, and what it wears, its own or the company's. */
export function updateBrand(
  tx: TenantTransaction,
  { id, name, accentColour, logo }: Brand,
): Promise<void> {
  return run(
    tx,
    sql`update brands set name = ${name}, accent_colour = ${accentColour}, logo = ${logo}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** The oldest first: the first is the one a new branch shows. */
export function listBrands(tx: TenantTransaction): Promise<Brand[]> {
  return listRows(
    tx,
    sql<Brand>`
      select id, name, accent_colour as "accentColour", logo from brands
      where tenant_id = ${tx.tenantId} order by created_at, id`,
  );
}

/** For what runs by the clock. */
export async function listTenantIds(tx: DirectoryTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ id: string }>`select list_tenant_ids as id from directory.list_tenant_ids()`,
  );
  return rows.map(({ id }) => id);
}

export type ListedTenant = Tenant & { suspendedAt: Date | null };

/** Every company, the newest first: for whoever runs this Foyer. */
export function listTenants(tx: DirectoryTransaction): Promise<ListedTenant[]> {
  return listRows(
    tx,
    sql<ListedTenant>`
      select id, name, created_at as "createdAt", suspended_at as "suspendedAt"
      from directory.list_tenants()`,
  );
}

/**
 * Keeps a company's staff out from now on, or lets them in again. Gives whether they were kept out
 * before; null when there is no such company.
 */
export async function suspendTenant(
  tx: DirectoryTransaction,
  { id, isSuspended }: { id: string; isSuspended: boolean },
): Promise<boolean | null> {
  const at = isSuspended ? tx.now : null;
  const row = await getRow(
    tx,
    sql<{ wasSuspended: boolean | null }>`
      select directory.change_suspension(${id}, ${at}::timestamptz) as "wasSuspended"`,
  );
  return row.wasSuspended;
}

/** Whether the company's staff have to sign in with a second factor. */
export async function asksSecondFactor(tx: TenantTransaction): Promise<boolean> {
  const row = await getRow(
    tx,
    sql<{ asked: boolean }>`select directory.asks_own_second_factor() as asked`,
  );
  return row.asked;
}

export function askSecondFactor(tx: TenantTransaction, isAsked: boolean): Promise<void> {
  return run(tx, sql`select directory.ask_own_second_factor(${isAsked})`);
}

/** What they are called, by id. */
export const nameBrands = listNamesBy(
  (tx, ids) => sql`
    select id, name from brands
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
