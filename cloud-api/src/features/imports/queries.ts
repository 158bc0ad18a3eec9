import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Encoding } from "./file-kind.ts";
import type { Field, Reason } from "./rules.ts";

export type ImportState =
  | "uploading"
  | "uploaded"
  | "checking"
  | "checked"
  | "running"
  | "finished"
  | "cancelled"
  | "failed";

/** Which column is what, and how the file is taken. */
export type Plan = {
  columns: (Field | null)[];
  branchId: string;
  country: string;
  /** True: what the file says takes the place of what is known. */
  replace: boolean;
};

export type Checked = { rows: number; new: number; changed: number; same: number; bad: number };

export type ImportRow = {
  id: string;
  state: ImportState;
  fileName: string;
  bytes: number;
  isWorkbook: boolean;
  encoding: Encoding;
  separator: string;
  headers: string[];
  plan: Plan | null;
  failure: string | null;
  staffId: string;
  createdAt: Date;
  finishedAt: Date | null;
  rowsRead: number;
  place: number;
  readingDone: boolean;
  checked: Checked | null;
};

const COLUMNS = sql`id, state, file_name as "fileName", bytes, is_workbook as "isWorkbook", encoding,
  separator, headers, plan,
  failure, staff_id as "staffId", created_at as "createdAt", finished_at as "finishedAt",
  rows_read as "rowsRead", place, reading_done as "readingDone", checked`;

export async function insertImport(
  tx: TenantTransaction,
  { id, fileName, staffId }: { id: string; fileName: string; staffId: string },
): Promise<void> {
  await run(
    tx,
    sql`insert into imports (tenant_id, id, state, file_name, staff_id, created_at)
        values (${tx.tenantId}, ${id}, 'uploading', ${fileName}, ${staffId}, ${tx.now})`,
  );
}

export function findImport(tx: TenantTransaction, id: string): Promise<ImportRow | null> {
  return findRow(
    tx,
    sql<ImportRow>`select ${COLUMNS} from imports where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** One change of an import at a time. */
export function lockImport(tx: TenantTransaction, id: string): Promise<ImportRow | null> {
  return findRow(
    tx,
    sql<ImportRow>`select ${COLUMNS} from imports
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export function listImports(tx: TenantTransaction, limit: number): Promise<ImportRow[]> {
  return listRows(
    tx,
    sql<ImportRow>`select ${COLUMNS} from imports
      where tenant_id = ${tx.tenantId} and state <> 'uploading'
      order by created_at desc, id desc limit ${limit}`,
  );
}

export type FileForm = {
  bytes: number;
  isWorkbook: boolean;
  encoding: Encoding;
  separator: string;
  headers: readonly string[];
};

/** All of the file is here, and this is how it is read. */
export async function saveForm(tx: TenantTransaction, id: string, form: FileForm): Promise<void> {
  await run(
    tx,
    sql`update imports set state = 'uploaded', bytes = ${form.bytes},
          is_workbook = ${form.isWorkbook}, encoding = ${form.encoding},
          separator = ${form.separator}, headers = ${JSON.stringify(form.headers)}::jsonb,
          plan = null, checked = null
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export async function beginCheck(tx: TenantTransaction, id: string, plan: Plan): Promise<void> {
  await run(
    tx,
    sql`update imports set state = 'checking', plan = ${JSON.stringify(plan)}::jsonb,
          rows_read = 0, checked = null, failure = null
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  await deleteBadRows(tx, id);
}

export async function saveChecked(
  tx: TenantTransaction,
  id: string,
  checked: Checked,
): Promise<void> {
  await run(
    tx,
    sql`update imports set state = 'checked', checked = ${JSON.stringify(checked)}::jsonb,
          rows_read = ${checked.rows}
        where tenant_id = ${tx.tenantId} and id = ${id} and state = 'checking'`,
  );
}

export async function beginRun(tx: TenantTransaction, id: string): Promise<void> {
  await run(
    tx,
    sql`update imports set state = 'running', rows_read = 0, place = 0, reading_done = false
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  await deleteBadRows(tx, id);
}

export async function deleteBadRows(tx: TenantTransaction, id: string): Promise<void> {
  await run(
    tx,
    sql`delete from import_bad_rows where tenant_id = ${tx.tenantId} and import_id = ${id}`,
  );
}

/** Where the reading is. False: it is to go on no more, or somebody else reads. */
export async function noteProgress(
  tx: TenantTransaction,
  { id, state, rowsRead }: { id: string; state: ImportState; rowsRead: number },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`update imports set rows_read = ${rowsRead}
        where tenant_id = ${tx.tenantId} and id = ${id} and state = ${state} returning id`,
  );
  return row !== null;
}

export async function movePlace(
  tx: TenantTransaction,
  { id, place, readingDone }: { id: string; place: number; readingDone: boolean },
): Promise<void> {
  await run(
    tx,
    sql`update imports set place = ${place}, rows_read = ${place}, reading_done = ${readingDone}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** An import that goes no further. Its file is not needed any more; its bad rows are. */
export async function endImport(
  tx: TenantTransaction,
  { id, state, failure }: { id: string; state: ImportState; failure: string | null },
): Promise<void> {
  await run(
    tx,
    sql`update imports set state = ${state}, failure = ${failure}, finished_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  await run(
    tx,
    sql`delete from import_pieces where tenant_id = ${tx.tenantId} and import_id = ${id}`,
  );
}

export async function deleteImport(tx: TenantTransaction, id: string): Promise<void> {
  await run(tx, sql`delete from imports where tenant_id = ${tx.tenantId} and id = ${id}`);
}

export async function insertPiece(
  tx: TenantTransaction,
  { importId, number, content }: { importId: string; number: number; content: Buffer },
): Promise<void> {
  await run(
    tx,
    sql`insert into import_pieces (tenant_id, import_id, number, content)
        values (${tx.tenantId}, ${importId}, ${number}, ${content})`,
  );
}

export async function findPiece(
  tx: TenantTransaction,
  { importId, number }: { importId: string; number: number },
): Promise<Buffer | null> {
  const row = await findRow(
    tx,
    sql<{ content: Buffer }>`select content from import_pieces
      where tenant_id = ${tx.tenantId} and import_id = ${importId} and number = ${number}`,
  );
  return row?.content ?? null;
}

/** Once the text of a workbook stands beside it. */
export async function deleteWorkbook(tx: TenantTransaction, importId: string): Promise<void> {
  await run(
    tx,
    sql`delete from import_pieces
        where tenant_id = ${tx.tenantId} and import_id = ${importId} and number < 0`,
  );
}

export type BadRow = { row: number; cells: readonly string[]; reasons: readonly Reason[] };

export async function insertBadRows(
  tx: TenantTransaction,
  importId: string,
  rows: readonly BadRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const written = rows.map(({ row, cells, reasons }) => ({ row, cells, reasons }));
  await run(
    tx,
    sql`insert into import_bad_rows (tenant_id, import_id, row, cells, reasons)
        select ${tx.tenantId}, ${importId}::uuid, (bad.said ->> 'row')::integer, bad.said -> 'cells',
          array(select jsonb_array_elements_text(bad.said -> 'reasons'))
        from unnest(${written.map((row) => JSON.stringify(row))}::jsonb[]) as bad (said)
        on conflict (tenant_id, import_id, row) do nothing returning row`,
  );
}

export function listBadRows(
  tx: TenantTransaction,
  { importId, after, limit }: { importId: string; after: number; limit: number },
): Promise<{ row: number; cells: string[]; reasons: Reason[] }[]> {
  return listRows(
    tx,
    sql<{ row: number; cells: string[]; reasons: Reason[] }>`
      select row, cells, reasons from import_bad_rows
      where tenant_id = ${tx.tenantId} and import_id = ${importId} and row > ${after}
      order by row limit ${limit}`,
  );
}

/** How often each reason was given, the most frequent first. */
export function countReasons(
  tx: TenantTransaction,
  importId: string,
): Promise<{ reason: Reason; rows: number }[]> {
  return listRows(
    tx,
    sql<{ reason: Reason; rows: number }>`
      select told.reason, count(*)::integer as rows
      from import_bad_rows cross join unnest(import_bad_rows.reasons) as told (reason)
      where import_bad_rows.tenant_id = ${tx.tenantId} and import_bad_rows.import_id = ${importId}
      group by told.reason order by count(*) desc, told.reason`,
  );
}

export async function insertBatch(
  tx: TenantTransaction,
  batch: { importId: string; number: number; unchanged: number; isEmpty: boolean },
): Promise<void> {
  const appliedAt = batch.isEmpty ? tx.now : null;
  await run(
    tx,
    sql`insert into import_batches (tenant_id, import_id, number, unchanged, applied_at)
        values (${tx.tenantId}, ${batch.importId}, ${batch.number}, ${batch.unchanged},
          ${appliedAt})`,
  );
}

export type Applied = { new: number; changed: number; same: number; leftOut: number };

export async function noteApplied(
  tx: TenantTransaction,
  { importId, number, applied }: { importId: string; number: number; applied: Applied },
): Promise<void> {
  await run(
    tx,
    sql`update import_batches set applied_at = ${tx.now}, created = ${applied.new},
          changed = ${applied.changed}, same = ${applied.same}, left_out = ${applied.leftOut}
        where tenant_id = ${tx.tenantId} and import_id = ${importId} and number = ${number}`,
  );
}

export type Result = Applied & { bad: number; batches: number; waiting: number };

/** What became of the rows so far. */
export function countResult(tx: TenantTransaction, importId: string): Promise<Result> {
  const { tenantId } = tx;
  return getRow(
    tx,
    sql<Result>`
      select coalesce(sum(created), 0)::integer as new,
        coalesce(sum(changed), 0)::integer as changed,
        coalesce(sum(same + unchanged), 0)::integer as same,
        coalesce(sum(left_out), 0)::integer as "leftOut", count(*)::integer as batches,
        count(*) filter (where applied_at is null)::integer as waiting,
        (select count(*)::integer from import_bad_rows
          where import_bad_rows.tenant_id = ${tenantId}
            and import_bad_rows.import_id = ${importId}) as bad
      from import_batches where tenant_id = ${tenantId} and import_id = ${importId}`,
  );
}

/** What columns of these names were the last time, by folded header. */
export async function findRemembered(
  tx: TenantTransaction,
  headers: readonly string[],
): Promise<Map<string, string>> {
  const rows = await listRows(
    tx,
    sql<{ header: string; field: string }>`
      select header, field from import_columns
      where tenant_id = ${tx.tenantId} and header = any(${headers}::text[])`,
  );
  return new Map(rows.map(({ header, field }) => [header, field]));
}

/** `field` is "" for a column that was left out. */
export async function rememberColumns(
  tx: TenantTransaction,
  columns: readonly { header: string; field: string }[],
): Promise<void> {
  await run(
    tx,
    sql`insert into import_columns (tenant_id, header, field)
        select ${tx.tenantId}, chosen.header, chosen.field
        from unnest(${columns.map(({ header }) => header)}::text[],
          ${columns.map(({ field }) => field)}::text[]) as chosen (header, field)
        on conflict (tenant_id, header) do update set field = excluded.field returning header`,
  );
}
