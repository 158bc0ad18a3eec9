import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import type { Purge } from "../../platform/purge-events.ts";
import { selectAnswersOfForgotten } from "../surveys/index.ts";

export type ActionName = { id: string; name: string };

/** What staff may pick from, by name. */
export function listActionNames(tx: TenantTransaction): Promise<ActionName[]> {
  return listRows(
    tx,
    sql<ActionName>`
      select id, name from make_good_actions
      where tenant_id = ${tx.tenantId} order by name, id`,
  );
}

/** The one of that name, made where there is none. */
export async function keepActionName(
  tx: TenantTransaction,
  { id, name }: ActionName,
): Promise<string> {
  await run(
    tx,
    sql`insert into make_good_actions (tenant_id, id, name, created_at)
        values (${tx.tenantId}, ${id}, ${name}, ${tx.now})
        on conflict (tenant_id, name) do nothing`,
  );
  const kept = await getRow(
    tx,
    sql<{ id: string }>`
      select id from make_good_actions where tenant_id = ${tx.tenantId} and name = ${name}`,
  );
  return kept.id;
}

export async function hasActionName(tx: TenantTransaction, id: string): Promise<boolean> {
  const row = await findRow(
    tx,
    sql`select id from make_good_actions where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
  return row !== null;
}

export type NewAction = {
  id: string;
  caseId: string;
  branchId: string;
  actionId: string;
  result: string;
  doneBy: string;
};

/** Of a guest who was forgotten already, that it was done is kept, and no words of it. */
export function insertAction(tx: TenantTransaction, action: NewAction): Promise<void> {
  return run(
    tx,
    sql`insert into case_actions (tenant_id, id, case_id, branch_id, action_id, result, done_at,
          done_by)
        values (${tx.tenantId}, ${action.id}, ${action.caseId}, ${action.branchId},
          ${action.actionId},
          case when exists (${selectAnswersOfForgotten(tx)} and answers.id = ${action.caseId})
            then '' else ${action.result}::text end,
          ${tx.now}, ${action.doneBy})`,
  );
}

export type ActionRow = {
  id: string;
  caseId: string;
  actionId: string;
  name: string;
  result: string;
  doneAt: Date;
  doneBy: string;
};

/** What was done about some cases, the oldest first. */
export function listActions(
  tx: TenantTransaction,
  caseIds: readonly string[],
): Promise<ActionRow[]> {
  return listRows(
    tx,
    sql<ActionRow>`
      select done.id, done.case_id as "caseId", done.action_id as "actionId", named.name,
        done.result, done.done_at as "doneAt", done.done_by as "doneBy"
      from case_actions as done
      join make_good_actions as named
        on named.tenant_id = ${tx.tenantId} and named.id = done.action_id
      where done.tenant_id = ${tx.tenantId} and done.case_id = any(${caseIds}::uuid[])
      order by done.done_at, done.id`,
  );
}

/** A case has its answer's id. Staff may have written who it was about: gone with a guest who was forgotten. */
export function eraseResults(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update case_actions set result = ''
        where tenant_id = ${tx.tenantId} and result <> '' and case_id in (${selectAnswersOfForgotten(tx)})`,
  );
}

/**
 * Kept as long as it is known whose the answer was: after that nobody who is to be forgotten could be
 * found by it.
 */
export async function purgeResults(
  tx: TenantTransaction,
  { before, limit }: Purge,
): Promise<number> {
  const gone = await listRows(
    tx,
    sql`update case_actions set result = ''
        where tenant_id = ${tx.tenantId} and result <> '' and id in (
          select done.id from case_actions as done
          join cases on cases.tenant_id = ${tx.tenantId} and cases.id = done.case_id
          where done.tenant_id = ${tx.tenantId} and done.result <> ''
            and cases.answered_at < ${before}
          limit ${limit})
        returning id`,
  );
  return gone.length;
}
