import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { withLittleGarbage } from "../../platform/garbage.ts";
import { enqueue, type Job, type JobContext, type Jobs } from "../../platform/jobs.ts";
import {
  type BroughtRow,
  bringRows,
  listOwnFields,
  listTraces,
  nameIdentifier,
  planRows,
  type Told,
} from "../customers/index.ts";
import { listMarks } from "../marks/index.ts";
import { TableFault } from "./csv-reader.ts";
import {
  type BadRow,
  type Checked,
  countResult,
  deleteBadRows,
  deleteImport,
  endImport,
  findImport,
  type ImportRow,
  insertBadRows,
  insertBatch,
  lockImport,
  movePlace,
  noteProgress,
  type Plan,
  saveChecked,
} from "./queries.ts";
import { foldMark, type Reading, readRow } from "./read-row.ts";
import { readTable } from "./table.ts";
import { ROWS_MAX } from "./unfold-workbook.ts";
import { CLEAN_TASK } from "./upload.ts";

export const CHECK_TASK = "imports.check";
export const RUN_TASK = "imports.run";
/** One event of the log holds as many rows. */
export const BATCH_ROWS = 1000;
/** How many may wait for the customers' cursor, which takes what is there in one transaction. */
const BATCHES_AHEAD = 2;
/** Less than the cursor takes for one of them. */
const WAIT_MILLISECONDS = 100;
/** A job gives its place to others, and lets a process end, after this time. */
const SLICE_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 500;

export const importJobs: Jobs = {
  [CHECK_TASK]: withImport(check),
  [RUN_TASK]: withImport(bring),
  [CLEAN_TASK]: { work: clean },
};

/** People's data in files is kept no longer than it is of use: of an old import its figures stay. */
async function clean(
  { database }: JobContext,
  { tenantId, payload }: { tenantId: string | null; payload: unknown },
): Promise<void> {
  if (tenantId === null) return;
  const { importId: id } = payload as { importId: string };
  await database.inTenant(tenantId, async (tx) => {
    const row = await lockImport(tx, id);
    if (row?.state === "uploading") return await deleteImport(tx, id);
    if (row && row.finishedAt === null)
      await endImport(tx, { id, state: "cancelled", failure: null });
    await deleteBadRows(tx, id);
  });
}

type Task = { tenantId: string; row: ImportRow; plan: Plan };
type Work = (context: JobContext, task: Task) => Promise<void>;

function withImport(work: Work): Job {
  return {
    work: async (context, { tenantId, payload }) => {
      if (tenantId === null) return;
      const { importId } = payload as { importId: string };
      const row = await context.database.inTenant(tenantId, (tx) => findImport(tx, importId));
      if (!row?.plan) return;
      try {
        const task = { tenantId, row, plan: row.plan };
        await withLittleGarbage(() => work(context, task));
      } catch (error) {
        if (!(error instanceof TableFault)) throw error;
        await context.database.inTenant(tenantId, (tx) =>
          endImport(tx, { id: importId, state: "failed", failure: error.fault }),
        );
      }
    },
  };
}

/** A row of the file: `row` is its number, the header being 1. */
type FileRow = { row: number; cells: string[] };

async function* readBatches(
  { database }: JobContext,
  { tenantId, row: { id: importId, encoding, separator } }: Task,
  after: number,
): AsyncGenerator<FileRow[]> {
  let batch: FileRow[] = [];
  let number = 0;
  for await (const rows of readTable(database, { tenantId, importId, encoding, separator }))
    for (const cells of rows) {
      number += 1;
      if (number === 1 || number <= after) continue;
      if (number > ROWS_MAX) throw new TableFault("too-many-rows", number);
      batch.push({ row: number, cells });
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}

async function openReading(tx: TenantTransaction, plan: Plan): Promise<Reading> {
  const named = async (kind: "group" | "tag") =>
    new Map((await listMarks(tx, kind)).map(({ name, id }) => [foldMark(name), id]));
  return {
    ...plan,
    today: tx.now.toISOString().slice(0, 10),
    groups: await named("group"),
    tags: await named("tag"),
    own: new Map((await listOwnFields(tx)).map((field) => [field.key, field])),
  };
}

type SortedRows = { good: (BroughtRow & { cells: string[] })[]; bad: BadRow[]; rows: number };

function sortRows(batch: readonly FileRow[], reading: Reading): SortedRows {
  const sorted: SortedRows = { good: [], bad: [], rows: 0 };
  for (const { row, cells } of batch) {
    const read = readRow(cells, reading);
    if (read.kind === "blank") continue;
    sorted.rows += 1;
    if (read.kind === "bad") sorted.bad.push({ row, cells, reasons: read.reasons });
    else {
      const { told, groupId, tagIds } = read;
      const marks = { ...(groupId && { groupId }), ...(tagIds.length > 0 && { tagIds }) };
      sorted.good.push({ rowId: newId(), row, cells, told, ...marks });
    }
  }
  return sorted;
}

/** The dry run: counts what would become of each row, and keeps the bad ones. It changes no customer. */
async function check(context: JobContext, task: Task): Promise<void> {
  const { database } = context;
  const { tenantId, row, plan } = task;
  const reading = await database.inTenant(tenantId, (tx) => openReading(tx, plan));
  const checked: Checked = { rows: 0, new: 0, changed: 0, same: 0, bad: 0 };
  const seen = new Set<string>();
  for await (const batch of readBatches(context, task, 1)) {
    const { good, bad, rows } = sortRows(batch, reading);
    const goesOn = await database.inTenant(tenantId, async (tx) => {
      const outcomes = await planRows(tx, good, { source: "import", replace: plan.replace });
      for (const [index, { told, row: number, cells }] of good.entries()) {
        const outcome = outcomes[index];
        if (outcome?.kind === "left-out")
          bad.push({ row: number, cells, reasons: [outcome.reason] });
        // Made by an earlier row of this file, of which only this set knows.
        else if (outcome?.kind === "new" && isSeen(seen, told)) checked.same += 1;
        else if (outcome) checked[outcome.kind] += 1;
      }
      checked.rows += rows;
      checked.bad += bad.length;
      await insertBadRows(tx, row.id, bad);
      const rowsRead = batch.at(-1)?.row ?? 0;
      return noteProgress(tx, { id: row.id, state: "checking", rowsRead });
    });
    if (!goesOn) return;
  }
  await database.inTenant(tenantId, (tx) => saveChecked(tx, row.id, checked));
}

/** Whether an earlier row of the file has one of the identifiers. */
function isSeen(seen: Set<string>, told: Told): boolean {
  // Names made for it: a cell kept as it was read would hold the whole piece of the file it was cut from.
  const names = listTraces(told).map(({ kind, value }) => nameIdentifier(kind, value));
  const known = names.some((name) => seen.has(name));
  for (const name of names) seen.add(name);
  return known;
}

/** Hands the rows over, batch after batch, as fast as the customers' cursor takes them. */
async function bring(context: JobContext, task: Task): Promise<void> {
  const { database } = context;
  const { tenantId, row, plan } = task;
  const until = Date.now() + SLICE_MILLISECONDS;
  const reading = await database.inTenant(tenantId, (tx) => openReading(tx, plan));
  let { place } = row;
  if (row.state === "running" && !row.readingDone) {
    for await (const batch of readBatches(context, task, Math.max(place, 1))) {
      if (Date.now() > until || !(await waitForRoom(context, task, until)))
        return await goOn(context, task);
      const next = batch.at(-1)?.row ?? place;
      const sorted = sortRows(batch, reading);
      if (!(await handOver(context, task, { sorted, place, next }))) return;
      place = next;
    }
    const end = { id: row.id, place, readingDone: true };
    await database.inTenant(tenantId, (tx) => movePlace(tx, end));
  }
  await finish(context, task);
}

async function waitForRoom(
  { database }: JobContext,
  { tenantId, row }: Task,
  until: number,
): Promise<boolean> {
  for (;;) {
    const { waiting } = await database.inTenant(tenantId, (tx) => countResult(tx, row.id));
    if (waiting < BATCHES_AHEAD) return true;
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
  }
}

/** One batch, its bad rows and the place after it, in one transaction. False: somebody ended it. */
function handOver(
  { database }: JobContext,
  { tenantId, row, plan }: Task,
  { sorted, place, next }: { sorted: SortedRows; place: number; next: number },
): Promise<boolean> {
  return database.changeTenant(tenantId, async (tx) => {
    const now = await lockImport(tx, row.id);
    // Another worker took this batch meanwhile, or staff ended the import.
    if (now?.state !== "running" || now.place !== place) return { result: false, events: [] };
    const { good, bad } = sorted;
    const outcomes = await planRows(tx, good, { source: "import", replace: plan.replace });
    const rows: BroughtRow[] = [];
    let unchanged = 0;
    for (const [index, { cells, ...each }] of good.entries()) {
      const outcome = outcomes[index];
      const hasMarks = each.groupId !== undefined || each.tagIds !== undefined;
      if (outcome?.kind === "left-out")
        bad.push({ row: each.row, cells, reasons: [outcome.reason] });
      // Marks of a customer who is the same are given all the same.
      else if (outcome?.kind === "same" && !hasMarks) unchanged += 1;
      else rows.push(each);
    }
    await insertBadRows(tx, row.id, bad);
    const isEmpty = rows.length === 0;
    await insertBatch(tx, { importId: row.id, number: next, unchanged, isEmpty });
    await movePlace(tx, { id: row.id, place: next, readingDone: false });
    if (isEmpty) return { result: true, events: [] };
    const { staffId, id: importId } = row;
    const bringing = {
      source: "import" as const,
      importId,
      batch: next,
      staffId,
      ...placeOf(plan),
    };
    return { result: true, events: [bringRows(tx, bringing, rows)] };
  });
}

const placeOf = ({ branchId, replace }: Plan) => ({ branchId, replace });

async function finish(context: JobContext, task: Task): Promise<void> {
  const { tenantId, row } = task;
  const isDone = await context.database.inTenant(tenantId, async (tx) => {
    const now = await lockImport(tx, row.id);
    if (now?.state !== "running") return true;
    const { waiting } = await countResult(tx, row.id);
    if (waiting === 0) await endImport(tx, { id: row.id, state: "finished", failure: null });
    return waiting === 0;
  });
  if (!isDone) await goOn(context, task);
}

async function goOn({ database }: JobContext, { tenantId, row }: Task): Promise<void> {
  await database.inTenant(tenantId, async (tx) => {
    const runAt = new Date(tx.now.getTime() + AGAIN_MILLISECONDS);
    await enqueue(tx, { task: RUN_TASK, payload: { importId: row.id }, runAt, key: row.id });
  });
}
