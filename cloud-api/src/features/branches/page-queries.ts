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

/** The pages of a branch as `listPagesOf` gave them, and as they are to be: those that stay are the same objects. */
export type EditedPages = {
  branchId: string;
  before: readonly PageSettings[];
  after: readonly PageSettings[];
};

/**
 * Gives branches whose rows have been locked since before their pages were read others, each in the next
 * version of its settings. What is sent does not grow with pages that stay as they are: those of many branches
 * together may be more than one value of jsonb holds (256 MiB).
 */
export function updatePages(tx: TenantTransaction, edited: readonly EditedPages[]): Promise<void> {
  const sent = [
    ...new Set(
      edited.flatMap(({ before, after }) => after.filter((page) => !before.includes(page))),
    ),
  ];
  // A page that stays is named by its place at its branch, from 1 on; one that is sent, from 0 downwards.
  const sentPlaces = new Map(sent.map((page, index) => [page, -index]));
  const places = edited.map(({ before, after }) =>
    after.map((page) => sentPlaces.get(page) ?? before.indexOf(page) + 1).join(),
  );
  return run(
    tx,
    sql`update branches set settings_version = branches.settings_version + 1,
          settings = jsonb_set(branches.settings, '{pages}', (
            select coalesce(jsonb_agg(case when page.place > 0 then standing.value
              else ${toJson(sent)}::jsonb -> -page.place end order by page.nth), '[]')
            from unnest(string_to_array(told.places, ',')::integer[])
              with ordinality as page (place, nth)
            left join jsonb_array_elements(branches.settings -> 'pages')
              with ordinality as standing (value, place) on standing.place = page.place))
        from unnest(${edited.map(({ branchId }) => branchId)}::uuid[], ${places}::text[])
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
