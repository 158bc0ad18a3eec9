import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";
import type { Comparison, Days, PeriodName, ReportName } from "./rules.ts";
import type { SavedBody } from "./schema.ts";

export type SavedReport = {
  id: string;
  ownerId: string;
  name: string;
  note: string;
  report: ReportName;
  period: PeriodName | null;
  days: Days | null;
  compared: Comparison;
  query: SavedBody["query"];
  shared: boolean;
  createdAt: Date;
  changedAt: Date;
};

type Row = Omit<SavedReport, "days"> & { firstDay: string | null; lastDay: string | null };

const columns = sql`id, owner_id as "ownerId", name, note, report, period, first_day as "firstDay",
  last_day as "lastDay", compared, query, shared, created_at as "createdAt",
  changed_at as "changedAt"`;

const toSaved = ({ firstDay, lastDay, ...row }: Row): SavedReport => ({
  ...row,
  days: firstDay !== null && lastDay !== null ? { from: firstDay, to: lastDay } : null,
});

/** Somebody's own, and those that are shared, by name. */
export async function listSaved(tx: TenantTransaction, staffId: string): Promise<SavedReport[]> {
  const rows = await listRows(
    tx,
    sql<Row>`
      select ${columns} from saved_reports
      where tenant_id = ${tx.tenantId} and (shared or owner_id = ${staffId})
      order by name, id`,
  );
  return rows.map(toSaved);
}

/** One that somebody may see; null: there is none. */
export async function findSaved(
  tx: TenantTransaction,
  { id, staffId }: { id: string; staffId: string },
): Promise<SavedReport | null> {
  const row = await findRow(
    tx,
    sql<Row>`
      select ${columns} from saved_reports
      where tenant_id = ${tx.tenantId} and id = ${id} and (shared or owner_id = ${staffId})`,
  );
  return row && toSaved(row);
}

/** One change of a report at a time. */
export async function lockSaved(tx: TenantTransaction, id: string): Promise<SavedReport | null> {
  const row = await findRow(
    tx,
    sql<Row>`select ${columns} from saved_reports
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
  return row && toSaved(row);
}

export async function countSaved(tx: TenantTransaction, ownerId: string): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from saved_reports
      where tenant_id = ${tx.tenantId} and owner_id = ${ownerId}`,
  );
  return row.count;
}

/** False when another of theirs has the name already. */
export async function insertSaved(tx: TenantTransaction, saved: SavedReport): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`insert into saved_reports (tenant_id, id, owner_id, name, note, report, period,
          first_day, last_day, compared, query, shared, created_at, changed_at)
        values (${tx.tenantId}, ${saved.id}, ${saved.ownerId}, ${saved.name}, ${saved.note},
          ${saved.report}, ${saved.period}, ${saved.days?.from ?? null},
          ${saved.days?.to ?? null}, ${saved.compared}, ${toJson(saved.query)}::jsonb, ${saved.shared}, ${tx.now}, ${tx.now})
        on conflict (tenant_id, owner_id, name) do nothing returning id`,
  );
  return row !== null;
}

/** Fails with 23505 when another of its owner's has the name already. */
export function updateSaved(tx: TenantTransaction, saved: SavedReport): Promise<void> {
  return run(
    tx,
    sql`update saved_reports set name = ${saved.name}, note = ${saved.note}, report = ${saved.report},
          period = ${saved.period}, first_day = ${saved.days?.from ?? null},
          last_day = ${saved.days?.to ?? null}, compared = ${saved.compared},
          query = ${toJson(saved.query)}::jsonb, shared = ${saved.shared}, changed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${saved.id}`,
  );
}

export function deleteSaved(tx: TenantTransaction, id: string): Promise<void> {
  return run(tx, sql`delete from saved_reports where tenant_id = ${tx.tenantId} and id = ${id}`);
}

/** Whoever it is of; null: it is no more. */
export async function findName(tx: TenantTransaction, id: string): Promise<string | null> {
  const row = await findRow(
    tx,
    sql<{ name: string }>`
      select name from saved_reports where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  return row?.name ?? null;
}

/** What they are called, by id. */
export const nameSaved = listNamesBy(
  (tx, ids) => sql`
    select id, name from saved_reports
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
