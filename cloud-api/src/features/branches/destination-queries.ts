import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";

/** Where the tenant's branches may send guests, in the order of the alphabet. */
export async function listDestinations(tx: TenantTransaction): Promise<string[]> {
  const rows = await listRows(
    tx,
    sql<{ url: string }>`
      select url from allowed_destinations where tenant_id = ${tx.tenantId} order by url`,
  );
  return rows.map((each) => each.url);
}

/** Puts a list in the place of the one before. */
export async function replaceDestinations(
  tx: TenantTransaction,
  urls: readonly string[],
): Promise<void> {
  await run(
    tx,
    sql`delete from allowed_destinations
        where tenant_id = ${tx.tenantId} and url <> all(${urls}::text[])`,
  );
  await addDestinations(tx, urls);
}

export function addDestinations(tx: TenantTransaction, urls: readonly string[]): Promise<void> {
  return run(
    tx,
    sql`insert into allowed_destinations (tenant_id, url)
        select ${tx.tenantId}::uuid, url from unnest(${urls}::text[]) as new (url)
        on conflict (tenant_id, url) do nothing`,
  );
}
