import { isDeepStrictEqual } from "node:util";
import { type BlockFault, listBlockFaults } from "@foyer/blocks";
import type { PageSettings } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { listDestinations } from "./destination-queries.ts";
import { listPagesOf, updatePages } from "./page-queries.ts";
import { type BareBranchRow, listBareBranches, lockBareBranches } from "./queries.ts";
import { checkDocument } from "./rules.ts";
import { branchChanged, toDocument } from "./settings.ts";

export type EditPages = (pages: readonly PageSettings[]) => PageSettings[];
export type PagesFault = { branchId: string; field: string; reason: string };

/** `versions`: of the settings that changed, by branch; a branch whose pages say the same is not in it. */
export type SavedPages =
  | { kind: "saved"; versions: ReadonlyMap<string, number>; events: NewEvent[] }
  | { kind: "not-found"; branchId: string }
  | ({ kind: "invalid" } & PagesFault);

/** A branch without its pages, and these before and after an edit. */
type Edited = { row: BareBranchRow; before: PageSettings[]; after: PageSettings[] };

/**
 * Saves the pages of many branches, all or none, each as `saveDocument` would. A page that stands on many
 * of them is read, checked and written once, and one that the edit leaves as it is is not sent back: pages
 * are heavy with pictures.
 */
export async function savePages(
  tx: TenantTransaction,
  branchIds: readonly string[],
  edit: EditPages,
): Promise<SavedPages> {
  const rows = new Map((await lockBareBranches(tx, branchIds)).map((row) => [row.id, row]));
  const lost = branchIds.find((id) => !rows.has(id));
  if (lost !== undefined) return { kind: "not-found", branchId: lost };
  const edited = await editAll(tx, { branchIds, rows }, edit);
  const fault = await findFault(tx, edited);
  if (fault) return { kind: "invalid", ...fault };
  const changed = edited.filter(({ before, after }) => !isDeepStrictEqual(before, after));
  if (changed.length === 0) return { kind: "saved", versions: new Map(), events: [] };
  await updatePages(
    tx,
    changed.map(({ row, before, after }) => ({ branchId: row.id, before, after })),
  );
  for (const { row, before, after } of changed)
    noteChange(tx, {
      ...{ kind: "branches", id: row.id },
      ...{ before: { pages: before }, after: { pages: after } },
    });
  const versions = new Map(changed.map(({ row }) => [row.id, row.settingsVersion + 1]));
  const events = [...versions].map(([branchId, version]) =>
    branchChanged(tx, { branchId, version }),
  );
  return { kind: "saved", versions, events };
}

/** What keeps an edit from being saved at one of the branches; null: nothing does. */
export async function findPagesFault(
  tx: TenantTransaction,
  branchIds: readonly string[],
  edit: EditPages,
): Promise<PagesFault | null> {
  const rows = new Map((await listBareBranches(tx, branchIds)).map((row) => [row.id, row]));
  return findFault(tx, await editAll(tx, { branchIds, rows }, edit));
}

type Branches = { branchIds: readonly string[]; rows: ReadonlyMap<string, BareBranchRow> };

async function editAll(
  tx: TenantTransaction,
  { branchIds, rows }: Branches,
  edit: EditPages,
): Promise<Edited[]> {
  const pages = await listPagesOf(tx, branchIds);
  return branchIds.flatMap((id) => {
    const row = rows.get(id);
    const before = pages.get(id) ?? [];
    return row ? [{ row, before, after: edit(before) }] : [];
  });
}

async function findFault(
  tx: TenantTransaction,
  edited: readonly Edited[],
): Promise<PagesFault | null> {
  const allowedDestinations = await listDestinations(tx);
  const listFaults = rememberFaults();
  for (const { row, after } of edited) {
    const { id: branchId, settings, settingsVersion } = row;
    const document = toDocument({ ...row, settings: { ...settings, pages: after } });
    const checked = checkDocument(document, {
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
