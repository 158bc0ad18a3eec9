import { isDeepStrictEqual } from "node:util";
import { type BlockFault, listBlockFaults } from "@foyer/blocks";
import type { PageSettings } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { listDestinations } from "./destination-queries.ts";
import { updateDocuments } from "./many-documents-queries.ts";
import { listPagesOf } from "./page-queries.ts";
import { type BareBranchRow, listBareBranches, lockBareBranches } from "./queries.ts";
import { checkDocument } from "./rules.ts";
import type { BranchDocument } from "./schema.ts";
import { branchChanged, toDocument } from "./settings.ts";

/** What it does not change it gives back as it got it: that is not sent to the database again. */
export type EditDocument = (document: BranchDocument) => BranchDocument;
export type EditPages = (pages: readonly PageSettings[]) => PageSettings[];
export type DocumentFault = { branchId: string; field: string; reason: string };

/** `versions`: of the settings that changed, by branch; a branch whose settings say the same is not in it. */
export type SavedDocuments =
  | { kind: "saved"; versions: ReadonlyMap<string, number>; events: NewEvent[] }
  | { kind: "not-found"; branchId: string }
  | ({ kind: "invalid" } & DocumentFault);

/** A branch, and its settings before and after an edit. */
type Edited = { row: BareBranchRow; before: BranchDocument; after: BranchDocument };

/**
 * Saves the settings of many branches, all or none, each as `saveDocument` would, in as many statements as
 * for two. A page that stands on many of them is read, checked and written once, as is what they have alike;
 * what the edit leaves as it is is not sent back: settings are heavy with pictures.
 */
export async function saveDocuments(
  tx: TenantTransaction,
  branchIds: readonly string[],
  edit: EditDocument,
): Promise<SavedDocuments> {
  const rows = new Map((await lockBareBranches(tx, branchIds)).map((row) => [row.id, row]));
  const lost = branchIds.find((id) => !rows.has(id));
  if (lost !== undefined) return { kind: "not-found", branchId: lost };
  const edited = await editAll(tx, { branchIds, rows }, edit);
  const fault = await findFault(tx, edited);
  if (fault) return { kind: "invalid", ...fault };
  const changed = edited.flatMap((each) => {
    const parts = listChangedParts(each);
    return parts.length > 0 ? [{ ...each, parts }] : [];
  });
  if (changed.length === 0) return { kind: "saved", versions: new Map(), events: [] };
  await updateDocuments(
    tx,
    changed.map(({ row, ...each }) => ({ branchId: row.id, ...each })),
  );
  for (const { row, before, after, parts } of changed)
    noteChange(tx, {
      ...{ kind: "branches", id: row.id },
      ...{ before: pick(before, parts), after: pick(after, parts) },
    });
  const versions = new Map(changed.map(({ row }) => [row.id, row.settingsVersion + 1]));
  const events = [...versions].map(([branchId, version]) =>
    branchChanged(tx, { branchId, version }),
  );
  return { kind: "saved", versions, events };
}

/** The same of their pages alone. */
export function savePages(
  tx: TenantTransaction,
  branchIds: readonly string[],
  edit: EditPages,
): Promise<SavedDocuments> {
  return saveDocuments(tx, branchIds, ofPages(edit));
}

/** What keeps an edit from being saved at one of the branches; null: nothing does. */
export async function findPagesFault(
  tx: TenantTransaction,
  branchIds: readonly string[],
  edit: EditPages,
): Promise<DocumentFault | null> {
  const rows = new Map((await listBareBranches(tx, branchIds)).map((row) => [row.id, row]));
  return findFault(tx, await editAll(tx, { branchIds, rows }, ofPages(edit)));
}

const ofPages =
  (edit: EditPages): EditDocument =>
  (document) => ({ ...document, pages: edit(document.pages) });

type Branches = { branchIds: readonly string[]; rows: ReadonlyMap<string, BareBranchRow> };

async function editAll(
  tx: TenantTransaction,
  { branchIds, rows }: Branches,
  edit: EditDocument,
): Promise<Edited[]> {
  const pages = await listPagesOf(tx, branchIds);
  return branchIds.flatMap((id) => {
    const row = rows.get(id);
    if (!row) return [];
    const settings = { ...row.settings, pages: pages.get(id) ?? [] };
    const before = toDocument({ ...row, settings });
    return [{ row, before, after: edit(before) }];
  });
}

async function findFault(
  tx: TenantTransaction,
  edited: readonly Edited[],
): Promise<DocumentFault | null> {
  const allowedDestinations = await listDestinations(tx);
  const listFaults = rememberFaults();
  for (const { row, after } of edited) {
    const { id: branchId, settingsVersion } = row;
    const checked = checkDocument(after, {
      ...{ tenantId: tx.tenantId, branchId, version: settingsVersion + 1 },
      ...{ allowedDestinations, listFaults },
    });
    if (checked.kind === "invalid")
      return { branchId, field: checked.field, reason: checked.reason };
  }
  return null;
}

/** Blocks that stand on many branches are looked at once: their pictures are long. */
function rememberFaults(): typeof listBlockFaults {
  const known = new Map<Parameters<typeof listBlockFaults>[0], BlockFault[]>();
  return (blocks) => {
    const faults = known.get(blocks) ?? listBlockFaults(blocks);
    known.set(blocks, faults);
    return faults;
  };
}

function listChangedParts({ before, after }: Edited): (keyof BranchDocument)[] {
  const names = new Set(Object.keys({ ...before, ...after }) as (keyof BranchDocument)[]);
  const changed = [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]));
  if (changed.includes("branch"))
    throw new Error("What a branch is itself is changed at that branch alone.");
  return changed;
}

function pick(document: BranchDocument, names: readonly (keyof BranchDocument)[]): object {
  return Object.fromEntries(names.map((name) => [name, document[name]]));
}
