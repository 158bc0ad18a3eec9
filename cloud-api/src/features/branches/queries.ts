import type { Language } from "@foyer/contract";
import type { BranchKind } from "../../platform/branch-kinds.ts";
import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { listNamesBy } from "../../platform/record-names.ts";
import type { BranchDocument, BranchNameReply } from "./schema.ts";

/** What a branch's settings hold beside its own columns. */
export type StoredSettings = Omit<BranchDocument, "branch">;

export type BranchRow = {
  id: string;
  /** Null only between an older release and this one. */
  brandId: string | null;
  name: string;
  timeZone: string;
  country: string;
  /** Null: its country's. */
  currency: string | null;
  /** Null: nobody has said. */
  kind: BranchKind | null;
  languages: Language[];
  visitGapMinutes: number;
  settings: StoredSettings;
  settingsVersion: number;
};

const ownColumns = sql`id, brand_id as "brandId", name, time_zone as "timeZone", country, currency,
  kind, languages, visit_gap_minutes as "visitGapMinutes", settings_version as "settingsVersion"`;
const branchColumns = sql`${ownColumns}, settings`;

/** What nearly every page asks for: no box is looked at. */
export function listBranchNames(tx: TenantTransaction): Promise<BranchNameReply[]> {
  return listRows(
    tx,
    sql<BranchNameReply>`
      select id, brand_id as "brandId", name, time_zone as "timeZone", kind, languages from branches
      where tenant_id = ${tx.tenantId} order by name, id`,
  );
}

export function findBranchRow(tx: TenantTransaction, id: string): Promise<BranchRow | null> {
  return findRow(
    tx,
    sql<BranchRow>`
      select ${branchColumns} from branches where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** How far a branch's settings are, without them. `hasOldCommands`: a release before ordered some. */
export type BranchHead = { id: string; settingsVersion: number; hasOldCommands: boolean };

export function findBranchHead(tx: TenantTransaction, id: string): Promise<BranchHead | null> {
  return findRow(
    tx,
    sql<BranchHead>`
      select id, settings_version as "settingsVersion", command_position > 0 as "hasOldCommands"
      from branches where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** A branch without its pages, which are heavy. */
export type BareBranchRow = Omit<BranchRow, "settings"> & {
  settings: Omit<StoredSettings, "pages">;
};

const selectBare = (tx: TenantTransaction, ids: readonly string[]) => sql<BareBranchRow>`
  select ${ownColumns}, settings - 'pages' as settings from branches
  where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[]) order by id`;

export function listBareBranches(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<BareBranchRow[]> {
  return listRows(tx, selectBare(tx, ids));
}

/** All that somebody reaches, by name. */
export function listAllBareBranches(tx: TenantTransaction): Promise<BareBranchRow[]> {
  return listRows(
    tx,
    sql<BareBranchRow>`
      select ${ownColumns}, settings - 'pages' as settings from branches
      where tenant_id = ${tx.tenantId} order by name, id`,
  );
}

/** Holds off other changes of the branches until the commit. */
export function lockBareBranches(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<BareBranchRow[]> {
  return listRows(tx, sql<BareBranchRow>`${selectBare(tx, ids)} for update`);
}

/** Holds off other changes of the branch until the commit. */
export function lockBranchRow(tx: TenantTransaction, id: string): Promise<BranchRow | null> {
  return findRow(
    tx,
    sql<BranchRow>`
      select ${branchColumns} from branches
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export function insertBranch(tx: TenantTransaction, branch: BranchRow): Promise<void> {
  return run(
    tx,
    sql`insert into branches (tenant_id, id, brand_id, name, time_zone, country, currency, kind,
          languages, visit_gap_minutes, settings, settings_version, created_at, told_brand_id)
        values (${tx.tenantId}, ${branch.id}, ${branch.brandId}, ${branch.name}, ${branch.timeZone}, ${branch.country},
          ${branch.currency}, ${branch.kind}, ${branch.languages}::text[], ${branch.visitGapMinutes},
          ${toJson(branch.settings)}::jsonb, ${branch.settingsVersion}, ${tx.now},
          ${branch.brandId ?? tx.tenantId})`,
  );
}

export function updateBranch(
  tx: TenantTransaction,
  branch: Omit<BranchRow, "brandId">,
): Promise<void> {
  return run(
    tx,
    sql`update branches set name = ${branch.name}, time_zone = ${branch.timeZone},
          country = ${branch.country}, currency = ${branch.currency}, kind = ${branch.kind},
          languages = ${branch.languages}::text[], visit_gap_minutes = ${branch.visitGapMinutes},
          settings = ${toJson(branch.settings)}::jsonb, settings_version = ${branch.settingsVersion}
        where tenant_id = ${tx.tenantId} and id = ${branch.id}`,
  );
}

/** The next version of the branch's settings, under the lock of its row. */
export async function raiseVersion(tx: TenantTransaction, branchId: string): Promise<number> {
  const { version } = await getRow(
    tx,
    sql<{ version: number }>`
      update branches set settings_version = settings_version + 1
      where tenant_id = ${tx.tenantId} and id = ${branchId}
      returning settings_version as version`,
  );
  return version;
}

/** The same to above another one, where it is not there by itself. */
export async function raiseVersionAbove(
  tx: TenantTransaction,
  { branchId, version: below }: { branchId: string; version: number },
): Promise<number> {
  const { version } = await getRow(
    tx,
    sql<{ version: number }>`
      update branches set settings_version = greatest(settings_version, ${below + 1}::integer)
      where tenant_id = ${tx.tenantId} and id = ${branchId}
      returning settings_version as version`,
  );
  return version;
}

export type BoxRow = {
  id: string;
  branchId: string;
  name: string;
  createdAt: Date;
  enrolledAt: Date | null;
  lastContactAt: Date | null;
  release: string | null;
  settingsVersion: number;
  settingsFault: string | null;
};

/** Boxes that were not removed, the oldest first; of one branch, or of all (null). */
export function listBoxRows(tx: TenantTransaction, branchId: string | null): Promise<BoxRow[]> {
  return listRows(
    tx,
    sql<BoxRow>`
      select id, branch_id as "branchId", name, created_at as "createdAt",
        enrolled_at as "enrolledAt", last_contact_at as "lastContactAt", release, settings_version as "settingsVersion",
        settings_fault as "settingsFault"
      from boxes
      where tenant_id = ${tx.tenantId} and removed_at is null
        and (${branchId}::uuid is null or branch_id = ${branchId}::uuid)
      order by created_at, id`,
  );
}

export type NewBox = { id: string; branchId: string; name: string };

export function insertBox(tx: TenantTransaction, box: NewBox): Promise<void> {
  return run(
    tx,
    sql`insert into boxes (tenant_id, id, branch_id, name, created_at)
        values (${tx.tenantId}, ${box.id}, ${box.branchId}, ${box.name}, ${tx.now})`,
  );
}

/** Its key and its code end at once; its past stays. Its name; null when the branch has no such box. */
export async function removeBox(
  tx: TenantTransaction,
  { branchId, boxId }: { branchId: string; boxId: string },
): Promise<{ name: string } | null> {
  const removed = await findRow(
    tx,
    sql<{ name: string }>`
        update boxes set removed_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${boxId} and branch_id = ${branchId}
          and removed_at is null
        returning name`,
  );
  if (!removed) return null;
  await run(tx, sql`select directory.remove_own_box_key(${boxId})`);
  return removed;
}

/** Whether the branch has such a box, and it was not removed. */
export async function hasBox(
  tx: TenantTransaction,
  { branchId, boxId }: { branchId: string; boxId: string },
): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from boxes
        where tenant_id = ${tx.tenantId} and id = ${boxId} and branch_id = ${branchId}
          and removed_at is null`,
  );
  return row !== null;
}

/** Contacts closer together than this are one: a box calls all the time. */
export const CONTACT_SECONDS = 5;

export type SettingsNote = { boxId: string; version: number; fault: string | null };

/** Applied: the version is in force and no fault is left. Refused: the fault is shown. */
export function noteSettings(tx: TenantTransaction, note: SettingsNote): Promise<void> {
  const applied = note.fault === null ? note.version : null;
  return run(
    tx,
    sql`update boxes set last_contact_at = ${tx.now}, settings_fault = ${note.fault},
          settings_version = coalesce(${applied}::integer, settings_version)
        where tenant_id = ${tx.tenantId} and id = ${note.boxId}`,
  );
}

export type StartNote = { boxId: string; startedAt: Date; release: string };

/** Starts may come late and out of order: the latest is what runs. */
export function noteStart(tx: TenantTransaction, note: StartNote): Promise<void> {
  return run(
    tx,
    sql`update boxes set started_at = ${note.startedAt}, release = ${note.release}
        where tenant_id = ${tx.tenantId} and id = ${note.boxId}
          and (started_at is null or started_at <= ${note.startedAt})`,
  );
}

export function forgetStarts(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update boxes set started_at = null, release = null where tenant_id = ${tx.tenantId}`,
  );
}

/** Whether the database reads this name of a time zone: it has its own list, and not JavaScript's. */
export async function hasTimeZone(tx: TenantTransaction, name: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select name from pg_timezone_names where lower(name) = lower(${name}) limit 1`,
  );
  return row !== null;
}

/** What they are called, by id. */
export const nameBranches = listNamesBy(
  (tx, ids) => sql`
    select id, name from branches
    where tenant_id = ${tx.tenantId} and id = any(${ids}::uuid[])`,
);
