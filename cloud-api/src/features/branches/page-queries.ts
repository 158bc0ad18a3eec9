import type { PageSettings } from "@foyer/contract";
import { listRows, sql, type TenantTransaction } from "../../platform/db.ts";

export type StandingPage = {
  branchId: string;
  branchName: string;
  version: number;
  /**
   * Of what staff write of it: MD5 of its jsonb as text, which is the same for the same content. Null: the
   * branch's settings are as they were when it was put there, and so is the page.
   */
  contentHash: string | null;
};

/** Which version of a page was put on a branch, and with which version of the branch's settings. */
export type PutWith = { branchId: string; version: number; settingsVersion: number };

/**
 * Where a page is in the settings of branches, without what it holds: that is heavy. Settings that are as they
 * were when it was put there are not looked into.
 */
export function listStandings(
  tx: TenantTransaction,
  { pageId, put }: { pageId: string; put: readonly PutWith[] },
): Promise<StandingPage[]> {
  return listRows(
    tx,
    sql<StandingPage>`
      select branches.id as "branchId", branches.name as "branchName",
        coalesce(put.version, (page.value ->> 'version')::integer) as version,
        md5((page.value - 'id' - 'version')::text) as "contentHash"
      from branches
      left join unnest(${put.map(({ branchId }) => branchId)}::uuid[],
          ${put.map(({ version }) => version)}::integer[],
          ${put.map(({ settingsVersion }) => settingsVersion)}::integer[])
        as put (branch_id, version, settings_version)
        on put.branch_id = branches.id and put.settings_version = branches.settings_version
      left join lateral jsonb_path_query(
        case when put.branch_id is null then branches.settings end,
        '$.pages[*] ? (@.id == $id)', jsonb_build_object('id', ${pageId}::text)) as page (value) on true
      where branches.tenant_id = ${tx.tenantId}
        and (put.branch_id is not null or page.value is not null)
      order by branches.name, branches.id`,
  );
}

/** At how many branches each page stands, by its id. */
export async function countStandings(tx: TenantTransaction): Promise<ReadonlyMap<string, number>> {
  const rows = await listRows(
    tx,
    sql<{ id: string; count: number }>`
      select page.id #>> '{}' as id, count(*)::integer as count from branches
      cross join lateral jsonb_path_query(branches.settings, '$.pages[*].id') as page (id)
      where branches.tenant_id = ${tx.tenantId}
      group by 1`,
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** The pages of branches in their order, by branch; a page that stands on many is one and the same object. */
export async function listPagesOf(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, PageSettings[]>> {
  const rows = await listRows(
    tx,
    sql<{ page: PageSettings; branchIds: string[]; places: number[] }>`
      select page.value as page, array_agg(branches.id) as "branchIds",
        array_agg(page.place::integer) as places
      from branches
      cross join lateral jsonb_array_elements(branches.settings -> 'pages')
        with ordinality as page (value, place)
      where branches.tenant_id = ${tx.tenantId} and branches.id = any(${branchIds}::uuid[])
      group by page.value`,
  );
  const placed = rows.flatMap(({ page, branchIds: ids, places }) =>
    ids.map((branchId, index) => ({ branchId, place: places[index] ?? 0, page })),
  );
  const byPlace = placed.toSorted((one, other) => one.place - other.place);
  const pages = new Map<string, PageSettings[]>();
  for (const { branchId, page } of byPlace)
    pages.set(branchId, [...(pages.get(branchId) ?? []), page]);
  return pages;
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
