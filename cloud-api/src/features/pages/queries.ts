import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { PageContent } from "./schema.ts";

/** A page without what it says: pictures are heavy. */
export type PageHead = {
  id: string;
  name: string;
  when: PageContent["when"];
  brandId: string | null;
  branchId: string | null;
  revision: number;
  version: number;
  /** The draft says something else than the last version, or there is none. */
  hasChanges: boolean;
  changedAt: Date;
  changedBy: string | null;
  archivedAt: Date | null;
};

export type PageRow = PageHead & { draft: PageContent };

const headColumns = (tx: TenantTransaction) => sql`pages.id, pages.draft ->> 'name' as name,
  pages.draft -> 'when' as when, pages.brand_id as "brandId", pages.branch_id as "branchId",
  pages.revision, pages.version, pages.changed_at as "changedAt",
  pages.changed_by as "changedBy", pages.archived_at as "archivedAt",
  not exists (select from page_versions as made
    where made.tenant_id = ${tx.tenantId} and made.page_id = pages.id
      and made.version = pages.version and made.content = pages.draft) as "hasChanges"`;

/** The one that was changed last first. */
export function listPageHeads(tx: TenantTransaction): Promise<PageHead[]> {
  return listRows(
    tx,
    sql<PageHead>`
      select ${headColumns(tx)} from pages
      where pages.tenant_id = ${tx.tenantId} order by pages.changed_at desc, pages.id`,
  );
}

export function findPageRow(tx: TenantTransaction, id: string): Promise<PageRow | null> {
  return findRow(
    tx,
    sql<PageRow>`
      select ${headColumns(tx)}, pages.draft from pages
      where pages.tenant_id = ${tx.tenantId} and pages.id = ${id}`,
  );
}

/** Holds off other changes of the page until the commit. */
export async function lockPageRow(tx: TenantTransaction, id: string): Promise<PageRow | null> {
  const held = await findRow(
    tx,
    sql<{ id: string }>`
      select id from pages where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
  return held === null ? null : await findPageRow(tx, id);
}

export type NewPage = {
  id: string;
  brandId: string | null;
  branchId: string | null;
  draft: PageContent;
  /** Null: nobody of its staff. */
  by: string | null;
};

/** False: there is one of this id already, which those who may not see its branch do not find. */
export async function insertPage(tx: TenantTransaction, page: NewPage): Promise<boolean> {
  const made = await findRow(
    tx,
    sql<{ id: string }>`
        insert into pages (tenant_id, id, brand_id, branch_id, draft, created_at, created_by,
          changed_at, changed_by)
        values (${tx.tenantId}, ${page.id}, ${page.brandId}, ${page.branchId},
          ${toJson(page.draft)}::jsonb, ${tx.now}, ${page.by}, ${tx.now}, ${page.by})
        on conflict (tenant_id, id) do nothing returning id`,
  );
  return made !== null;
}

export type SavedDraft = { id: string; draft: PageContent; revision: number; by: string };

export function updateDraft(
  tx: TenantTransaction,
  { id, draft, revision, by }: SavedDraft,
): Promise<void> {
  return run(
    tx,
    sql`update pages set draft = ${toJson(draft)}::jsonb, revision = ${revision},
          changed_at = ${tx.now}, changed_by = ${by}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export function updateArchived(
  tx: TenantTransaction,
  { id, archivedAt }: { id: string; archivedAt: Date | null },
): Promise<void> {
  return run(
    tx,
    sql`update pages set archived_at = ${archivedAt}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}
