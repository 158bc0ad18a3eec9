import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";

export type ViewRow = {
  id: string;
  staffId: string;
  shared: boolean;
  name: string;
  search: string | null;
  markId: string | null;
  segmentId: string | null;
  tree: unknown;
  columns: string[];
  sort: string;
};

const columns = sql`id, staff_id as "staffId", shared, name, search, mark_id as "markId",
  segment_id as "segmentId", tree, columns, sort`;

/** Somebody's own, and those that are shared, by name. */
export function listViews(tx: TenantTransaction, staffId: string): Promise<ViewRow[]> {
  return listRows(
    tx,
    sql<ViewRow>`select ${columns} from customer_views
      where tenant_id = ${tx.tenantId} and (shared or staff_id = ${staffId})
      order by name, id`,
  );
}

/** One change of a view at a time. */
export function lockView(tx: TenantTransaction, id: string): Promise<ViewRow | null> {
  return findRow(
    tx,
    sql<ViewRow>`select ${columns} from customer_views
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export async function countViews(tx: TenantTransaction, staffId: string): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customer_views
      where tenant_id = ${tx.tenantId} and staff_id = ${staffId}`,
  );
  return row.count;
}

/** False when another of theirs has the name already. */
export async function insertView(tx: TenantTransaction, view: ViewRow): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into customer_views (tenant_id, id, staff_id, name, search, mark_id, segment_id,
          tree, columns, sort, changed_at)
        values (${tx.tenantId}, ${view.id}, ${view.staffId}, ${view.name}, ${view.search},
          ${view.markId}, ${view.segmentId}, ${writeTree(view)}::jsonb, ${view.columns}::text[],
          ${view.sort}, ${tx.now})
        on conflict (tenant_id, staff_id, name) do nothing returning id`,
  );
  return row !== null;
}

/** Fails with 23505 when another of theirs has the name already. */
export function updateView(tx: TenantTransaction, view: ViewRow): Promise<void> {
  return run(
    tx,
    sql`update customer_views set name = ${view.name}, search = ${view.search},
          mark_id = ${view.markId}, segment_id = ${view.segmentId},
          tree = ${writeTree(view)}::jsonb, columns = ${view.columns}::text[],
          sort = ${view.sort}, changed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${view.id}`,
  );
}

const writeTree = ({ tree }: ViewRow) => (tree == null ? null : toJson(tree));

export function shareView(
  tx: TenantTransaction,
  { id, shared }: { id: string; shared: boolean },
): Promise<void> {
  return run(
    tx,
    sql`update customer_views set shared = ${shared}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export function deleteView(tx: TenantTransaction, id: string): Promise<void> {
  return run(tx, sql`delete from customer_views where tenant_id = ${tx.tenantId} and id = ${id}`);
}

/** What they are called, by id. */
export const nameViews = listNamesBy(
  (tx, ids) => sql`
    select id, name from customer_views
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
