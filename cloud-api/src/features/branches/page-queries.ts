import type { PageSettings } from "@foyer/contract";
import { listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";

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

/** With which version of the branch's settings a page was put there. */
export type PutWith = { branchId: string; settingsVersion: number };

/** Where a page is in the settings of branches, without what it holds: that is heavy. */
export function listStandings(
  tx: TenantTransaction,
  { pageId, put }: { pageId: string; put: readonly PutWith[] },
): Promise<StandingPage[]> {
  const [branchIds, versions] = [
    put.map(({ branchId }) => branchId),
    put.map(({ settingsVersion }) => settingsVersion),
  ];
  return listRows(
    tx,
    sql<StandingPage>`
      select branches.id as "branchId", branches.name as "branchName",
        (page.value ->> 'version')::integer as version,
        case when branches.settings_version = put.settings_version then null
          else md5((page.value - 'id' - 'version')::text) end as "contentHash"
      from branches
      left join unnest(${branchIds}::uuid[], ${versions}::integer[])
        as put (branch_id, settings_version) on put.branch_id = branches.id
      cross join lateral jsonb_path_query(branches.settings, '$.pages[*] ? (@.id == $id)',
        jsonb_build_object('id', ${pageId}::text)) as page (value)
      where branches.tenant_id = ${tx.tenantId}
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

/** Gives branches whose rows are locked these pages, each in the next version of its settings. */
export function updatePages(
  tx: TenantTransaction,
  given: readonly { branchId: string; pages: readonly PageSettings[] }[],
): Promise<void> {
  // Each page is sent once, and named by its place in the list wherever it stands.
  const all = [...new Set(given.flatMap(({ pages }) => pages))];
  const placeOf = new Map(all.map((page, place) => [page, place]));
  const places = given.map(({ pages }) => pages.map((page) => placeOf.get(page)).join());
  return run(
    tx,
    sql`update branches set settings_version = branches.settings_version + 1,
          settings = jsonb_set(branches.settings, '{pages}', (
            select coalesce(jsonb_agg(${toJson(all)}::jsonb -> page.place order by page.nth), '[]')
            from unnest(string_to_array(told.places, ',')::integer[])
              with ordinality as page (place, nth)))
        from unnest(${given.map(({ branchId }) => branchId)}::uuid[], ${places}::text[])
          as told (id, places)
        where branches.tenant_id = ${tx.tenantId} and branches.id = told.id`,
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
