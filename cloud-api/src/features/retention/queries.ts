import { findRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import type { Kind, LastRun, Rule } from "./rules.ts";

/** Those that are not the standard. */
export function listRuleRows(tx: TenantTransaction): Promise<Rule[]> {
  return listRows(
    tx,
    sql<Rule>`
      select kind, days, law_days_min as "lawDaysMin", law_days_max as "lawDaysMax",
        law_note as "lawNote"
      from retention_rules where tenant_id = ${tx.tenantId}`,
  );
}

export function saveRule(tx: TenantTransaction, rule: Rule): Promise<void> {
  return run(
    tx,
    sql`insert into retention_rules (tenant_id, kind, days, law_days_min, law_days_max, law_note,
          changed_at)
        values (${tx.tenantId}, ${rule.kind}, ${rule.days}, ${rule.lawDaysMin},
          ${rule.lawDaysMax}, ${rule.lawNote}, ${tx.now})
        on conflict (tenant_id, kind) do update set days = excluded.days,
          law_days_min = excluded.law_days_min, law_days_max = excluded.law_days_max,
          law_note = excluded.law_note, changed_at = excluded.changed_at`,
  );
}

export type BranchDays = { branchId: string; kind: Kind; days: number };

/** Of one branch, or of all (null). */
export function listBranchDays(
  tx: TenantTransaction,
  branchId: string | null,
): Promise<BranchDays[]> {
  return listRows(
    tx,
    sql<BranchDays>`
      select branch_id as "branchId", kind, days from branch_retention
      where tenant_id = ${tx.tenantId}
        and (${branchId}::uuid is null or branch_id = ${branchId}::uuid)
      order by branch_id, kind`,
  );
}

export async function replaceBranchDays(
  tx: TenantTransaction,
  branchId: string,
  days: readonly { kind: Kind; days: number }[],
): Promise<void> {
  await run(
    tx,
    sql`delete from branch_retention
        where tenant_id = ${tx.tenantId} and branch_id = ${branchId}`,
  );
  for (const each of days)
    await run(
      tx,
      sql`insert into branch_retention (tenant_id, branch_id, kind, days)
          values (${tx.tenantId}, ${branchId}, ${each.kind}, ${each.days})`,
    );
}

export type PurgeRow = {
  id: string;
  branchId: string | null;
  boxId: string | null;
  at: Date;
  outcome: LastRun["outcome"];
  days: Record<string, number>;
  removed: Record<string, number>;
};

/** One that is told twice is one. */
export function insertPurge(tx: TenantTransaction, purge: PurgeRow): Promise<void> {
  return run(
    tx,
    sql`insert into purges (tenant_id, id, branch_id, box_id, at, outcome, days, removed)
        values (${tx.tenantId}, ${purge.id}, ${purge.branchId}, ${purge.boxId}, ${purge.at},
          ${purge.outcome}, ${toJson(purge.days)}::jsonb, ${toJson(purge.removed)}::jsonb)
        on conflict (tenant_id, id) do nothing`,
  );
}

/** One that was noted in a future, by a clock that was ahead, says nothing. */
export async function findLastRun(tx: TenantTransaction): Promise<LastRun | null> {
  return await findRow(
    tx,
    sql<LastRun>`
      select at, outcome from purges
      where tenant_id = ${tx.tenantId} and box_id is null and at <= ${tx.now}
      order by at desc limit 1`,
  );
}

/** The newest here, then those of the boxes. */
export function listPurges(
  tx: TenantTransaction,
  limit: number,
): Promise<(PurgeRow & { branchName: string | null })[]> {
  return listRows(
    tx,
    sql<PurgeRow & { branchName: string | null }>`
      select purges.id, purges.branch_id as "branchId", branches.name as "branchName",
        purges.box_id as "boxId", purges.at, purges.outcome, purges.days, purges.removed
      from purges
      left join branches on branches.tenant_id = ${tx.tenantId} and branches.id = purges.branch_id
      where purges.tenant_id = ${tx.tenantId}
      order by purges.at desc, purges.id desc limit ${limit}`,
  );
}

/** Rows of the log of what was removed go, too, in the end. */
export function purgePurges(tx: TenantTransaction, before: Date): Promise<void> {
  return run(tx, sql`delete from purges where tenant_id = ${tx.tenantId} and at < ${before}`);
}

/** For a replay: what boxes told. What was done here stands. */
export function forgetBoxPurges(tx: TenantTransaction): Promise<void> {
  return run(tx, sql`delete from purges where tenant_id = ${tx.tenantId} and box_id is not null`);
}

export async function findPlace(tx: TenantTransaction, kind: string): Promise<number> {
  const row = await findRow(
    tx,
    sql<{ position: number }>`
      select position from purge_places where tenant_id = ${tx.tenantId} and kind = ${kind}`,
  );
  return row?.position ?? 0;
}

export function keepPlace(tx: TenantTransaction, kind: string, position: number): Promise<void> {
  return run(
    tx,
    sql`insert into purge_places (tenant_id, kind, position)
        values (${tx.tenantId}, ${kind}, ${position})
        on conflict (tenant_id, kind) do update
          set position = greatest(purge_places.position, excluded.position)`,
  );
}
