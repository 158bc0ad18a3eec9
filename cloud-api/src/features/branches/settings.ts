import { isDeepStrictEqual } from "node:util";
import type { BranchSettings } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import type { BranchKind } from "../../platform/branch-kinds.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { keepCurrency, moveCurrency, readCurrency } from "./currencies.ts";
import { listDestinations } from "./destination-queries.ts";
import {
  type BranchRow,
  findBranchRow,
  hasTimeZone,
  listAllBareBranches,
  lockBranchRow,
  raiseVersion,
  updateBranch,
} from "./queries.ts";
import { checkDocument } from "./rules.ts";
import type { BranchDocument } from "./schema.ts";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "branch.changed": { settingsVersion: number };
    /** It is another sort of place; null: nobody says. */
    "branch.kind-changed": { kind: BranchKind | null };
  }
}

/** What staff edit: the branch's columns and its settings as one document. */
export function toDocument(row: BranchRow): BranchDocument & { branch: Business } {
  const { kind } = row;
  return { branch: { ...toldBranch(row), currency: readCurrency(row), kind }, ...row.settings };
}

/** What no box is told of its branch. */
type Business = { currency: string; kind: BranchKind | null };

function toldBranch(row: BranchRow): BranchSettings["branch"] {
  const { id, name, timeZone, country, languages, visitGapMinutes } = row;
  return { id, name, timeZone, country, languages, visitGapMinutes };
}

/** What a box reads. */
export function toBranchSettings(
  row: BranchRow,
  told: Pick<
    BranchSettings,
    | "tenantId"
    | "accessCodes"
    | "deviceRules"
    | "allowedDestinations"
    | "retention"
    | "coupons"
    | "advertTags"
    | "surveyFilesUrl"
  >,
): BranchSettings {
  return { ...row.settings, branch: toldBranch(row), version: row.settingsVersion, ...told };
}

export type VersionedDocument = { version: number; document: BranchDocument };

const toVersioned = (row: BranchRow): VersionedDocument => ({
  version: row.settingsVersion,
  document: toDocument(row),
});

export async function findDocument(
  tx: TenantTransaction,
  branchId: string,
): Promise<VersionedDocument | null> {
  const row = await findBranchRow(tx, branchId);
  return row && toVersioned(row);
}

/** A branch's document without its pages, which are heavy. */
export type BareDocument = Omit<BranchDocument, "pages">;

/** Every branch of the tenant with its settings, but for its pages, by name. */
export async function listDocuments(
  tx: TenantTransaction,
): Promise<{ version: number; document: BareDocument }[]> {
  const rows = await listAllBareBranches(tx);
  return rows.map((row) => {
    const { pages: _, ...document } = toDocument({
      ...row,
      settings: { ...row.settings, pages: [] },
    });
    return { version: row.settingsVersion, document };
  });
}

export type SavedDocument =
  | { kind: "saved"; version: number; events: NewEvent[] }
  | { kind: "invalid"; field: string; reason: string }
  | { kind: "not-found" };

const STALE = "Somebody saved other settings meanwhile. Read them again and repeat the change.";

/**
 * Saves a document as the branch's next version; one that says the same changes nothing. `edit`
 * gets the document as it stands and its version, under the lock of the branch's row.
 */
export async function saveDocument(
  tx: TenantTransaction,
  branchId: string,
  edit: (document: BranchDocument, version: number) => unknown,
  /** The version the edit was made from, or null for what stands; another since is a conflict. */
  readVersion: number | null = null,
): Promise<SavedDocument> {
  const row = await lockBranchRow(tx, branchId);
  if (!row) return { kind: "not-found" };
  const before = toDocument(row);
  const version = row.settingsVersion + 1;
  const checked = checkDocument(edit(before, row.settingsVersion), {
    tenantId: tx.tenantId,
    branchId,
    version,
    // Read under the row's lock, which whoever shortens the list waits for.
    allowedDestinations: await listDestinations(tx),
  });
  if (checked.kind === "invalid") return checked;
  const { timeZone } = checked.settings.branch;
  // Its list is read from files: only where it is news.
  const zoneFault = timeZone === row.timeZone ? null : await findZoneFault(tx, timeZone);
  if (zoneFault) return zoneFault;
  const {
    version: _version,
    tenantId: _tenantId,
    accessCodes: _accessCodes,
    deviceRules: _deviceRules,
    allowedDestinations: _allowedDestinations,
    retention: _retention,
    coupons: _coupons,
    advertTags: _advertTags,
    ...told
  } = checked.settings;
  const currency = moveCurrency(before.branch, told.branch.country);
  const document = { ...told, branch: { ...before.branch, currency, ...told.branch } };
  if (isDeepStrictEqual(document, before)) {
    noteChange(tx, { kind: "branches", id: branchId, before, after: before });
    return { kind: "saved", version: row.settingsVersion, events: [] };
  }
  if (readVersion !== null && readVersion !== row.settingsVersion) throw refuse("conflict", STALE);
  const { branch, ...settings } = document;
  const kept = { ...branch, currency: keepCurrency(branch) };
  await updateBranch(tx, { ...kept, settings, settingsVersion: version });
  noteChange(tx, { kind: "branches", id: branchId, before, after: document });
  const { kind } = branch;
  const kindTold = kind === row.kind ? [] : [tell(tx, branchId, "branch.kind-changed", { kind })];
  return {
    kind: "saved",
    version,
    events: [branchChanged(tx, { branchId, version }), ...kindTold],
  };
}

/** Gives a branch's settings a new version: something in them that another feature keeps changed. */
export async function publishSettings(
  tx: TenantTransaction,
  branchId: string,
): Promise<NewEvent[]> {
  const version = await raiseVersion(tx, branchId);
  return [branchChanged(tx, { branchId, version })];
}

/**
 * The same of many branches. By their ids, as everybody who holds several holds them: two at once wait for
 * each other and never cross.
 */
export async function publishSettingsOf(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<NewEvent[]> {
  const events: NewEvent[] = [];
  for (const id of new Set(branchIds.toSorted())) events.push(...(await publishSettings(tx, id)));
  return events;
}

/** A time zone that the box reads and the database does not: nothing could be counted by its days. */
export async function findZoneFault(
  tx: TenantTransaction,
  timeZone: string,
): Promise<{ kind: "invalid"; field: string; reason: string } | null> {
  if (await hasTimeZone(tx, timeZone)) return null;
  const reason = `${timeZone} is not a time zone that the database knows`;
  return { kind: "invalid", field: "/branch/timeZone", reason };
}

/** The refusal of a document that cannot be saved. */
export function refuseDocument({ field, reason }: { field: string; reason: string }) {
  return refuse("invalid", `The settings cannot be saved: ${field} ${reason}.`, { field });
}

/** Moves the tenant's log, which wakes the branch's boxes and the screens. */
export function branchChanged(
  tx: TenantTransaction,
  { branchId, version }: { branchId: string; version: number },
): NewEvent {
  return tell(tx, branchId, "branch.changed", { settingsVersion: version });
}

function tell(
  tx: TenantTransaction,
  branchId: string,
  type: "branch.changed" | "branch.kind-changed",
  payload: NewEvent["payload"],
): NewEvent {
  const common = { version: 1, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, branchId, payload, ...common };
}
