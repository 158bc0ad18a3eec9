import { findRow, getRow, listRows, run, sql, type TenantTransaction } from "../../platform/db.ts";
import { toJson } from "../../platform/events.ts";
import { FIRST_ID } from "../customers/index.ts";
import type { ActionKind, ActionState, Reason } from "./rules.ts";
import type { Filter } from "./schema.ts";

export type ActionRow = {
  id: string;
  kind: ActionKind;
  markId: string | null;
  markName: string | null;
  filter: Filter;
  staffId: string;
  actorKind: "staff" | "api-key";
  branchIds: string[] | null;
  state: ActionState;
  failure: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  total: number;
  throughId: string;
  doneTo: string;
  done: number;
  changed: number;
  refused: number;
  undoStaffId: string | null;
  undoActorKind: "staff" | "api-key" | null;
  undoBranchIds: string[] | null;
  undoPosition: number | null;
  undoTo: string | null;
  undone: number;
  left: number;
  cleanedAt: Date | null;
};

const columns = sql`id, kind, mark_id as "markId", mark_name as "markName", filter,
  staff_id as "staffId", actor_kind as "actorKind", branch_ids as "branchIds", state, failure,
  created_at as "createdAt", finished_at as "finishedAt", total, through_id as "throughId",
  done_to as "doneTo", done, changed, refused, undo_staff_id as "undoStaffId",
  undo_actor_kind as "undoActorKind", undo_branch_ids as "undoBranchIds",
  undo_position as "undoPosition", undo_to as "undoTo", undone, left_alone as "left",
  cleaned_at as "cleanedAt"`;

export type NewAction = Pick<
  ActionRow,
  | ("id" | "kind" | "markId" | "markName" | "filter" | "staffId" | "actorKind" | "branchIds")
  | ("total" | "throughId")
>;

export function insertAction(tx: TenantTransaction, action: NewAction): Promise<void> {
  return run(
    tx,
    sql`insert into customer_actions (tenant_id, id, kind, mark_id, mark_name, filter, staff_id,
          actor_kind, branch_ids, state, created_at, total, through_id, done_to)
        values (${tx.tenantId}, ${action.id}, ${action.kind}, ${action.markId}, ${action.markName},
          ${toJson(action.filter)}::jsonb, ${action.staffId}, ${action.actorKind},
          ${action.branchIds}::uuid[], 'running', ${tx.now}, ${action.total}, ${action.throughId},
          ${FIRST_ID})`,
  );
}

export function findAction(tx: TenantTransaction, id: string): Promise<ActionRow | null> {
  return findRow(
    tx,
    sql<ActionRow>`select ${columns} from customer_actions
      where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** One step of an action at a time. */
export function lockAction(tx: TenantTransaction, id: string): Promise<ActionRow | null> {
  return findRow(
    tx,
    sql<ActionRow>`select ${columns} from customer_actions
      where tenant_id = ${tx.tenantId} and id = ${id} for update`,
  );
}

/** The newest first; `staffId`: only those of one of the staff, null: all. */
export function listActions(
  tx: TenantTransaction,
  { staffId, limit }: { staffId: string | null; limit: number },
): Promise<ActionRow[]> {
  const whose = staffId === null ? sql`` : sql`and staff_id = ${staffId}`;
  return listRows(
    tx,
    sql<ActionRow>`select ${columns} from customer_actions
      where tenant_id = ${tx.tenantId} ${whose}
      order by created_at desc, id desc limit ${limit}`,
  );
}

export async function countRunning(tx: TenantTransaction): Promise<number> {
  const row = await getRow(
    tx,
    sql<{ count: number }>`
      select count(*)::integer as count from customer_actions
      where tenant_id = ${tx.tenantId} and state in ('running', 'undoing')`,
  );
  return row.count;
}

export type Moved = { id: string; doneTo: string; done: number; changed: number; refused: number };

export function moveAction(tx: TenantTransaction, moved: Moved): Promise<void> {
  return run(
    tx,
    sql`update customer_actions set done_to = ${moved.doneTo}, done = done + ${moved.done}::integer,
          changed = changed + ${moved.changed}::integer,
          refused = refused + ${moved.refused}::integer
        where tenant_id = ${tx.tenantId} and id = ${moved.id}`,
  );
}

export type Ended = { id: string; state: ActionState; failure?: string | null };

export function endAction(
  tx: TenantTransaction,
  { id, state, failure = null }: Ended,
): Promise<void> {
  return run(
    tx,
    sql`update customer_actions set state = ${state}, failure = coalesce(${failure}, failure),
          finished_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type UndoBegun = {
  id: string;
  staffId: string;
  actorKind: ActionRow["actorKind"];
  branchIds: readonly string[] | null;
  position: number;
};

export function beginUndo(tx: TenantTransaction, begun: UndoBegun): Promise<void> {
  return run(
    tx,
    sql`update customer_actions set state = 'undoing', undo_staff_id = ${begun.staffId},
          undo_actor_kind = ${begun.actorKind}, undo_branch_ids = ${begun.branchIds}::uuid[],
          undo_position = ${begun.position}, undo_to = ${FIRST_ID}
        where tenant_id = ${tx.tenantId} and id = ${begun.id}`,
  );
}

export function moveUndo(
  tx: TenantTransaction,
  { id, undoTo, undone, left }: { id: string; undoTo: string; undone: number; left: number },
): Promise<void> {
  return run(
    tx,
    sql`update customer_actions set undo_to = ${undoTo}, undone = undone + ${undone}::integer,
          left_alone = left_alone + ${left}::integer
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

export type NewRow = {
  customerId: string;
  reason: Reason | null;
  eventId: string | null;
  beforeId: string | null;
};

/** Who was changed, and who was refused: those with a reason. */
export async function insertActionRows(
  tx: TenantTransaction,
  { actionId, rows }: { actionId: string; rows: readonly NewRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  await run(
    tx,
    sql`insert into customer_action_rows (tenant_id, action_id, customer_id, state, reason,
          event_id, before_id)
        select ${tx.tenantId}, ${actionId}::uuid, told.customer_id,
          case when told.reason is null then 'changed' else 'refused' end, told.reason,
          told.event_id, told.before_id
        from unnest(${rows.map(({ customerId }) => customerId)}::uuid[],
          ${rows.map(({ reason }) => reason)}::text[],
          ${rows.map(({ eventId }) => eventId)}::uuid[],
          ${rows.map(({ beforeId }) => beforeId)}::uuid[])
          as told (customer_id, reason, event_id, before_id)
        on conflict (tenant_id, action_id, customer_id) do nothing returning customer_id`,
  );
}

export type UndoRow = { customerId: string; beforeId: string | null; touched: boolean };

/** The next whom an action changed, and whether somebody had a word in it since. */
export function lockUndoRows(
  tx: TenantTransaction,
  { actionId, after, limit }: { actionId: string; after: string; limit: number },
): Promise<UndoRow[]> {
  return listRows(
    tx,
    sql<UndoRow>`
      select customer_id as "customerId", before_id as "beforeId", touched
      from customer_action_rows
      where tenant_id = ${tx.tenantId} and action_id = ${actionId} and state = 'changed'
        and customer_id > ${after}::uuid
      order by customer_id limit ${limit} for update`,
  );
}

export type Settled = { customerId: string; reason: Reason | null };

/** Those without a reason were changed back; the others were left as they are. */
export function settleUndoRows(
  tx: TenantTransaction,
  { actionId, rows }: { actionId: string; rows: readonly Settled[] },
): Promise<void> {
  return run(
    tx,
    sql`update customer_action_rows as held
        set state = case when told.reason is null then 'undone' else 'left' end,
          reason = told.reason
        from unnest(${rows.map(({ customerId }) => customerId)}::uuid[],
          ${rows.map(({ reason }) => reason)}::text[]) as told (customer_id, reason)
        where held.tenant_id = ${tx.tenantId} and held.action_id = ${actionId}
          and held.customer_id = told.customer_id`,
  );
}

/** How many were not changed, or not changed back, by reason. */
export function countReasons(
  tx: TenantTransaction,
  actionIds: readonly string[],
): Promise<{ actionId: string; reason: Reason; customers: number }[]> {
  return listRows(
    tx,
    sql<{ actionId: string; reason: Reason; customers: number }>`
      select action_id as "actionId", reason, count(*)::integer as customers
      from customer_action_rows
      where tenant_id = ${tx.tenantId} and action_id = any(${actionIds}::uuid[])
        and state in ('refused', 'left')
      group by action_id, reason order by count(*) desc, reason`,
  );
}

/** Some of them by name. */
export function listLeft(
  tx: TenantTransaction,
  { actionId, limit }: { actionId: string; limit: number },
): Promise<{ id: string; name: string | null; reason: Reason }[]> {
  return listRows(
    tx,
    sql<{ id: string; name: string | null; reason: Reason }>`
      select held.customer_id as id, customers.name, held.reason
      from customer_action_rows as held
      join customers on customers.tenant_id = held.tenant_id and customers.id = held.customer_id
      where held.tenant_id = ${tx.tenantId} and held.action_id = ${actionId}
        and held.state in ('refused', 'left')
      order by held.customer_id limit ${limit}`,
  );
}

/** Forgets whom an action was about; its figures stay. Gives how many rows are gone. */
export async function deleteActionRows(
  tx: TenantTransaction,
  { actionId, limit }: { actionId: string; limit: number },
): Promise<number> {
  const rows = await listRows(
    tx,
    sql`delete from customer_action_rows
        where tenant_id = ${tx.tenantId} and action_id = ${actionId} and customer_id in (
          select customer_id from customer_action_rows
          where tenant_id = ${tx.tenantId} and action_id = ${actionId}
          order by customer_id limit ${limit})
        returning customer_id`,
  );
  return rows.length;
}

export function noteCleaned(tx: TenantTransaction, id: string): Promise<void> {
  return run(
    tx,
    sql`update customer_actions set filter = '{}'::jsonb, cleaned_at = ${tx.now}
        where tenant_id = ${tx.tenantId} and id = ${id}`,
  );
}

/** In which respect somebody's marks were changed, and by which event. */
export type Touch = {
  customerId: string;
  /** Null: any of their marks. */
  tagId: string | null;
  isGroup: boolean;
  eventId: string;
  actionId: string | null;
};

/** Notes that others had the last word since actions changed somebody in the same respect. */
export async function noteTouched(tx: TenantTransaction, touches: readonly Touch[]): Promise<void> {
  if (touches.length === 0) return;
  const { tenantId } = tx;
  await run(
    tx,
    sql`with told as (
          select * from unnest(${touches.map(({ customerId }) => customerId)}::uuid[],
            ${touches.map(({ tagId }) => tagId)}::uuid[],
            ${touches.map(({ isGroup }) => isGroup)}::boolean[],
            ${touches.map(({ eventId }) => eventId)}::uuid[],
            ${touches.map(({ actionId }) => actionId)}::uuid[])
            as told (customer_id, tag_id, is_group, event_id, action_id)
        ), held as (
          select rows.action_id, rows.customer_id from customer_action_rows as rows
          join customer_actions as acted
            on acted.tenant_id = ${tenantId} and acted.id = rows.action_id
          where rows.tenant_id = ${tenantId} and not rows.touched and exists (
            select from told
            where told.customer_id = rows.customer_id and told.event_id > rows.event_id
              and told.action_id is distinct from rows.action_id
              and case when told.is_group then acted.kind = 'set-group'
                when told.tag_id is null then true
                else acted.kind <> 'set-group' and acted.mark_id = told.tag_id end)
            and rows.customer_id = any(${touches.map(({ customerId }) => customerId)}::uuid[])
          order by rows.action_id, rows.customer_id for update of rows
        )
        update customer_action_rows as rows set touched = true from held
        where rows.tenant_id = ${tenantId} and rows.action_id = held.action_id
          and rows.customer_id = held.customer_id`,
  );
}

/** What the handlers noted; a replay notes it anew. */
export function forgetTouched(tx: TenantTransaction): Promise<void> {
  return run(
    tx,
    sql`update customer_action_rows set touched = false
        where tenant_id = ${tx.tenantId} and touched`,
  );
}
