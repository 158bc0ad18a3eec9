import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

export type StandingPage = {
  branchId: string;
  branchName: string;
  brandId: string | null;
  pageId: string;
  name: string;
  version: number;
  /** Of what staff write of it: MD5 of its jsonb as text, which is the same for the same content. */
  contentHash: string;
};

/** The pages in the settings of the branches, without what they hold: that is heavy. */
export function listStandingPages(tx: TenantTransaction): Promise<StandingPage[]> {
  return listRows(
    tx,
    sql<StandingPage>`
      select branches.id as "branchId", branches.name as "branchName",
        branches.brand_id as "brandId", page.value ->> 'id' as "pageId",
        page.value ->> 'name' as name, (page.value ->> 'version')::integer as version,
        md5((page.value - 'id' - 'version')::text) as "contentHash"
      from branches
      cross join lateral jsonb_array_elements(branches.settings -> 'pages') as page
      where branches.tenant_id = ${tx.tenantId}
      order by branches.name, branches.id`,
  );
}

/** The branches that somebody reaches, by name, without their settings. */
export function listBranchNames(
  tx: TenantTransaction,
): Promise<{ id: string; name: string; brandId: string | null; timeZone: string }[]> {
  return listRows(
    tx,
    sql<{ id: string; name: string; brandId: string | null; timeZone: string }>`
      select id, name, brand_id as "brandId", time_zone as "timeZone" from branches
      where tenant_id = ${tx.tenantId} order by name, id`,
  );
}

/** The pages of branches that are for a customer group, a tag or a tier. */
export function listPagesNaming(
  tx: TenantTransaction,
  markId: string,
): Promise<{ pageName: string; branchName: string }[]> {
  return listRows(
    tx,
    sql<{ pageName: string; branchName: string }>`
      select page.value ->> 'name' as "pageName", branches.name as "branchName"
      from branches
      cross join lateral jsonb_array_elements(branches.settings -> 'pages') as page
      cross join lateral (select page.value -> 'when' as asks) as asked
      where branches.tenant_id = ${tx.tenantId}
        and (asked.asks -> 'groups' @> to_jsonb(${markId}::text)
          or asked.asks -> 'tags' @> to_jsonb(${markId}::text)
          or asked.asks -> 'tiers' @> to_jsonb(${markId}::text))
      order by branches.name, branches.id`,
  );
}
