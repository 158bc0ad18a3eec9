import type { Readable } from "node:stream";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Database, TenantEntry } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { enqueue } from "../../platform/jobs.ts";
import { WorkbookFault } from "../../platform/workbook-fault.ts";
import { detectSeparator, TableFault } from "./csv-reader.ts";
import { type Encoding, type FileKind, isArchive, openSniffer } from "./file-kind.ts";
import {
  deleteImport,
  endImport,
  findPiece,
  insertImport,
  insertPiece,
  saveForm,
} from "./queries.ts";
import { readSample } from "./table.ts";
import { unfoldWorkbook, workbookPiece } from "./unfold-workbook.ts";

export const FILE_BYTES_MAX = 64 * 1024 * 1024;
export const CLEAN_TASK = "imports.clean";
/** How long a file that nobody brings in, and rows that nobody mends, are kept. */
export const KEPT_DAYS = 14;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const PIECE_BYTES = 256 * 1024;

type Upload = { tenant: TenantEntry; staffId: string; fileName: string };

/**
 * Keeps a file as it comes, a piece at a time: no transaction waits for the network. One that is no
 * table is kept as a failed import, which says why.
 */
export async function keepUpload(
  database: Database,
  { tenant, staffId, fileName }: Upload,
  file: Readable,
): Promise<string> {
  const importId = newId();
  await database.inTenant(tenant, async (tx) => {
    await insertImport(tx, { id: importId, fileName, staffId });
    noteChange(tx, { kind: "imports", id: importId, before: null, after: { file: fileName } });
    const runAt = new Date(tx.now.getTime() + KEPT_DAYS * DAY_MILLISECONDS);
    await enqueue(tx, { task: CLEAN_TASK, payload: { importId }, runAt, key: importId });
  });
  const sniffer = openSniffer();
  const lengths: number[] = [];
  let isWorkbook: boolean | null = null;
  let bytes = 0;
  try {
    for await (const content of cutIntoPieces(file)) {
      bytes += content.length;
      if (bytes > FILE_BYTES_MAX)
        throw refuse("invalid", "The file is larger than 64 MB. Split it.", { field: "/file" });
      sniffer.take(content);
      isWorkbook ??= isArchive(content);
      const number = isWorkbook ? workbookPiece(lengths.length) : lengths.length;
      lengths.push(content.length);
      await database.inTenant(tenant, (tx) => insertPiece(tx, { importId, number, content }));
    }
    if (isWorkbook) await unfoldWorkbook(database, { tenant, importId, lengths });
  } catch (error) {
    if (error instanceof WorkbookFault) {
      const failed = { id: importId, state: "failed" as const, failure: error.fault };
      await database.inTenant(tenant, (tx) => endImport(tx, failed));
      return importId;
    }
    await database.inTenant(tenant, (tx) => deleteImport(tx, importId));
    throw error;
  }
  await settleForm(database, { tenant, importId, bytes, kind: sniffer.judge() });
  return importId;
}

async function* cutIntoPieces(file: Readable): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file as AsyncIterable<Buffer>) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

type Whole = { tenant: TenantEntry; importId: string; bytes: number; kind: FileKind };

async function settleForm(
  database: Database,
  { tenant, importId, bytes, kind }: Whole,
): Promise<void> {
  await database.inTenant(tenant, async (tx) => {
    const fail = (failure: string) => endImport(tx, { id: importId, state: "failed", failure });
    if (kind.kind === "refused") return await fail(kind.reason);
    const content = await findPiece(tx, { importId, number: 0 });
    if (content === null) return await fail("empty");
    const isWorkbook = kind.kind === "workbook";
    const encoding = isWorkbook ? "utf-8" : kind.encoding;
    const separator = isWorkbook ? "," : detectSeparator(decodeStart(content, encoding));
    const form = readForm(content, { encoding, separator });
    if (form.kind === "fault") return await fail(form.fault);
    const { headers } = form;
    await saveForm(tx, importId, { bytes, isWorkbook, encoding, separator, headers });
  });
}

function decodeStart(content: Buffer, encoding: Encoding): string {
  return new TextDecoder(encoding).decode(content, { stream: true });
}

export type ReadForm =
  | { kind: "table"; headers: string[]; samples: string[][] }
  | { kind: "fault"; fault: string };

/** The file read in a certain way, as far as its beginning tells. */
export function readForm(
  content: Buffer,
  form: { encoding: Encoding; separator: string },
): ReadForm {
  try {
    const { headers, samples } = readSample(content, form);
    if (headers.every((header) => header === "")) return { kind: "fault", fault: "no-header" };
    return { kind: "table", headers, samples };
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    return { kind: "fault", fault: error.fault };
  }
}
