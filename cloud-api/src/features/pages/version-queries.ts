import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { PageContent } from "./schema.ts";

/** A version without what it says. */
export type VersionHead = {
  version: number;
  /** As StandingPage has it. */
  contentHash: string;
  madeAt: Date;
  madeBy: string | null;
};
export type VersionRow = VersionHead & { content: PageContent };

export function insertVersion(
  tx: TenantTransaction,
  made: { pageId: string; version: number; content: PageContent; by: string | null },
): Promise<void> {
  return run(
    tx,
    sql`insert into page_versions (tenant_id, page_id, version, content, made_at, made_by)
        values (${tx.tenantId}, ${made.pageId}, ${made.version}, ${toJson(made.content)}::jsonb,
          ${tx.now}, ${made.by})`,
  );
}

export function updateVersion(
  tx: TenantTransaction,
  { pageId, version }: { pageId: string; version: number },
): Promise<void> {
  return run(
    tx,
    sql`update pages set version = ${version}
        where tenant_id = ${tx.tenantId} and id = ${pageId}`,
  );
}

export function findVersion(
  tx: TenantTransaction,
  { pageId, version }: { pageId: string; version: number },
): Promise<VersionRow | null> {
  return findRow(
    tx,
    sql<VersionRow>`
      select version, md5(content::text) as "contentHash", content, made_at as "madeAt", made_by as "madeBy" from page_versions
      where tenant_id = ${tx.tenantId} and page_id = ${pageId} and version = ${version}`,
  );
}

/** The newest first. */
export function listVersions(tx: TenantTransaction, pageId: string): Promise<VersionHead[]> {
  return listRows(
    tx,
    sql<VersionHead>`
      select version, md5(content::text) as "contentHash", made_at as "madeAt",
        made_by as "madeBy"
      from page_versions
      where tenant_id = ${tx.tenantId} and page_id = ${pageId} order by version desc`,
  );
}

export type PlacementRow = {
  pageId: string;
  branchId: string;
  version: number;
  settingsVersion: number;
  placedAt: Date;
  placedBy: string | null;
};

/** Of one page, or of all (null). */
export function listPlacements(
  tx: TenantTransaction,
  pageId: string | null,
): Promise<PlacementRow[]> {
  return listRows(
    tx,
    sql<PlacementRow>`
      select page_id as "pageId", branch_id as "branchId", version,
        settings_version as "settingsVersion", placed_at as "placedAt", placed_by as "placedBy"
      from page_placements
      where tenant_id = ${tx.tenantId} and (${pageId}::uuid is null or page_id = ${pageId}::uuid)`,
  );
}

export type NewPlacements = {
  pageId: string;
  version: number;
  by: string | null;
  /** The version of its settings that brings it, by branch. */
  settingsVersions: ReadonlyMap<string, number>;
};

export function putPlacements(
  tx: TenantTransaction,
  { pageId, version, by, settingsVersions }: NewPlacements,
): Promise<void> {
  const [branchIds, versions] = [[...settingsVersions.keys()], [...settingsVersions.values()]];
  return run(
    tx,
    sql`insert into page_placements (tenant_id, page_id, branch_id, version, settings_version,
          placed_at, placed_by)
        select ${tx.tenantId}::uuid, ${pageId}::uuid, put.branch_id, ${version}::integer,
          put.settings_version, ${tx.now}::timestamptz, ${by}::uuid
        from unnest(${branchIds}::uuid[], ${versions}::integer[])
          as put (branch_id, settings_version)
        on conflict (tenant_id, page_id, branch_id) do update set version = excluded.version,
          settings_version = excluded.settings_version, placed_at = excluded.placed_at,
          placed_by = excluded.placed_by`,
  );
}

export function deletePlacements(
  tx: TenantTransaction,
  { pageId, branchIds }: { pageId: string; branchIds: readonly string[] },
): Promise<void> {
  return run(
    tx,
    sql`delete from page_placements
        where tenant_id = ${tx.tenantId} and page_id = ${pageId}
          and branch_id = any(${branchIds}::uuid[])`,
  );
}

export type PlanState = "waiting" | "done" | "failed" | "cancelled";
export type PlanRow = {
  id: string;
  pageId: string;
  branchId: string;
  version: number;
  dueAt: Date;
  state: PlanState;
  reason: string | null;
  madeBy: string | null;
};

const planColumns = sql`id, page_id as "pageId", branch_id as "branchId", version,
  due_at as "dueAt", state, reason, made_by as "madeBy"`;

/** Of one page, or the waiting ones of all (null). */
export function listPlans(tx: TenantTransaction, pageId: string | null): Promise<PlanRow[]> {
  return listRows(
    tx,
    sql<PlanRow>`
      select ${planColumns} from page_plans
      where tenant_id = ${tx.tenantId}
        and (page_id = ${pageId}::uuid or (${pageId}::uuid is null and state = 'waiting'))
      order by due_at, id`,
  );
}

export function findPlan(tx: TenantTransaction, id: string): Promise<PlanRow | null> {
  return findRow(
    tx,
    sql<PlanRow>`
      select ${planColumns} from page_plans where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export function lockPlan(tx: TenantTransaction, id: string): Promise<PlanRow | null> {
  return findRow(
    tx,
    sql<PlanRow>`
      select ${planColumns} from page_plans
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

export type NewPlan = Omit<PlanRow, "state" | "reason">;

export function insertPlan(tx: TenantTransaction, plan: NewPlan): Promise<void> {
  return run(
    tx,
    sql`insert into page_plans (tenant_id, id, page_id, branch_id, version, due_at, state, made_at,
          made_by)
        values (${tx.tenantId}, ${plan.id}, ${plan.pageId}, ${plan.branchId}, ${plan.version},
          ${plan.dueAt}, 'waiting', ${tx.now}, ${plan.madeBy})`,
  );
}

/** Says what became of a plan that waited; one that did not stays as it is. */
export function updatePlan(
  tx: TenantTransaction,
  { id, state, reason }: { id: string; state: PlanState; reason: string | null },
): Promise<void> {
  return run(
    tx,
    sql`update page_plans set state = ${state}, reason = ${reason}
        where tenant_id = ${tx.tenantId} and id = ${id} and state = 'waiting'`,
  );
}
