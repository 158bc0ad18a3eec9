import type { TenantTransaction } from "../../platform/db.ts";
import { listOwnColumns } from "./own-columns.ts";
import { countReasons, countResult, findPiece, findRemembered, type ImportRow } from "./queries.ts";
import { foldHeader, splitReason, suggestFields } from "./rules.ts";
import { readForm } from "./upload.ts";

/** An import as staff see it, with the beginning of its file while columns are chosen. */
export async function describeImport(tx: TenantTransaction, row: ImportRow) {
  // Whoever follows a run asks often, and needs no examples.
  const isChosen = row.state === "uploaded" || row.state === "checked";
  const content = isChosen ? await findPiece(tx, { importId: row.id, number: 0 }) : null;
  const form = content === null ? null : readForm(content, row);
  const remembered = await findRemembered(tx, row.headers.map(foldHeader));
  const ownFields = await listOwnColumns(tx);
  const reasons = await countReasons(tx, row.id);
  return {
    ...(await summarise(tx, row)),
    isWorkbook: row.isWorkbook,
    encoding: row.encoding,
    separator: row.separator,
    headers: row.headers,
    samples: form?.kind === "table" ? form.samples : [],
    ownFields,
    suggested: row.plan?.columns ?? suggestFields(row.headers, remembered, ownFields),
    plan: row.plan,
    reasons: reasons.map(({ reason, rows }) => ({ ...splitReason(reason), rows })),
  };
}

/** The line of an import in the list. */
export async function summarise(tx: TenantTransaction, row: ImportRow) {
  const { batches: _, ...result } = await countResult(tx, row.id);
  return {
    id: row.id,
    state: stateOf(row),
    fileName: row.fileName,
    bytes: row.bytes,
    failure: row.failure,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    rowsRead: row.rowsRead,
    checked: row.checked,
    result,
  };
}

/** One that is still on its way has no address yet. */
function stateOf({ id, state }: ImportRow) {
  if (state === "uploading") throw new Error(`import ${id} is not here yet`);
  return state;
}
