import { noteChange } from "../../platform/audit.ts";
import type { TenantEntry, TenantTransaction } from "../../platform/db.ts";
import { isRefusal } from "../../platform/errors.ts";
import { findLogPosition, type NewEvent } from "../../platform/events.ts";
import { findCursor } from "../../platform/follow-progress.ts";
import type { JobContext } from "../../platform/jobs.ts";
import { FIRST_ID, narrowCustomers } from "../customers/index.ts";
import {
  type ChangedOfMany,
  changeMarksOfMany,
  type ManyChange,
  type RefusedOfMany,
  selectMarkedCustomers,
} from "../marks/index.ts";
import { selectFittingCustomers, selectSegmentCustomers } from "../segments/index.ts";
import {
  type ActionRow,
  endAction,
  insertActionRows,
  lockAction,
  lockUndoRows,
  moveAction,
  moveUndo,
  type Settled,
  settleUndoRows,
  type UndoRow,
} from "./action-queries.ts";
import { mayGoOn } from "./may-go-on.ts";
import { type ActionState, findNextWindow } from "./rules.ts";
import type { Filter } from "./schema.ts";
import { findWindowEnd, listReached, listTargets, type Targets } from "./target-queries.ts";

/** So many customers are changed in one transaction. */
export const BATCH_CUSTOMERS = 500;
/** How far the features may be behind the log before a step waits: guests' own events come first. */
const EVENTS_AHEAD_MAX = 2000;
/** The feature's own cursor, which passes none of those it depends on. */
const FEATURE = "customer-lists";

/** What a list can be narrowed by. A job has no request's hooks, and these features stand above. */
const SELECTS = { selectMarkedCustomers, selectSegmentCustomers, selectFittingCustomers };

/** `window`: how many customers the next step looks through. */
export type Step = { kind: "more" | "wait" | "done"; window: number };
export type Asked = { tenantId: string; actionId: string; window: number };
type Working = { row: ActionRow; window: number };
type Worked = { result: Step; events: NewEvent[] };

export function toChange({ kind, markId }: Pick<ActionRow, "kind" | "markId">): ManyChange {
  if (kind === "set-group") return { kind, groupId: markId };
  if (markId === null) throw new Error(`an action of kind ${kind} names no tag`);
  return { kind, tagId: markId };
}

/** Whom a filter means, of the customers that the transaction sees. */
export async function readTargets(
  tx: TenantTransaction,
  { search, markId, segmentId, tree, customerIds }: Filter,
): Promise<Targets> {
  const narrowing = {
    ...{ search: search ?? undefined, markId: markId ?? undefined },
    ...{ segmentId: segmentId ?? undefined, tree },
  };
  return { filter: await narrowCustomers(tx, SELECTS, narrowing), chosen: customerIds ?? null };
}

/** Enters as whoever began it, as far as they reached then. */
export function entryOf(tenantId: string, row: ActionRow): TenantEntry {
  const isUndoing = row.state === "undoing";
  const kind = (isUndoing ? row.undoActorKind : row.actorKind) ?? row.actorKind;
  const id = (isUndoing ? row.undoStaffId : row.staffId) ?? row.staffId;
  const path = "POST /api/v1/customer-actions";
  return {
    tenantId,
    branchIds: isUndoing ? row.undoBranchIds : row.branchIds,
    doer: {
      actor: { kind, id },
      action: isUndoing ? `${path}/:id/undo` : path,
      record: { kind: "customer-actions", id: row.id },
      // The log tells of an action once, at its end, by what is noted then.
      isTold: true,
    },
  };
}

/** One batch of an action or of its undoing, with the place after it, in one transaction. */
export async function takeStep(
  { database }: JobContext,
  { tenantId, actionId, window }: Asked,
  row: ActionRow,
): Promise<Step> {
  return database.changeTenant<Step>(entryOf(tenantId, row), async (tx) => {
    const now = await lockAction(tx, actionId);
    // Somebody ended it, or began something else, since the transaction chose how far it reaches.
    if (!now || now.state !== row.state) return { result: { kind: "done", window }, events: [] };
    if (!(await mayGoOn(tx, now)))
      return finish(tx, now, { state: "failed", failure: "right-gone" });
    if (await mustWait(tx, now)) return { result: { kind: "wait", window }, events: [] };
    const working = { row: now, window };
    return now.state === "undoing" ? undoBatch(tx, working) : changeBatch(tx, working);
  });
}

async function mustWait(tx: TenantTransaction, row: ActionRow): Promise<boolean> {
  const position = await findCursor(tx, FEATURE);
  if (row.state === "undoing") return position < (row.undoPosition ?? 0);
  return (await findLogPosition(tx)) - position > EVENTS_AHEAD_MAX;
}

async function changeBatch(tx: TenantTransaction, { row, window }: Working): Promise<Worked> {
  const targets = await readTargets(tx, row.filter).catch((error: unknown) => {
    if (isRefusal(error)) return null;
    throw error;
  });
  if (!targets) return finish(tx, row, { state: "failed", failure: "filter-gone" });
  const limit = BATCH_CUSTOMERS;
  const rest = { after: row.doneTo, through: row.throughId };
  // Those chosen one by one are few: all that are left of them at once.
  const through = targets.chosen ? rest.through : await findWindowEnd(tx, { ...rest, window });
  const ids = await listTargets(tx, { targets, after: row.doneTo, through, limit });
  const { isGone, changed, refused, events } = await changeMarksOfMany(tx, {
    ...{ change: toChange(row), customerIds: ids, staffId: row.staffId, actionId: row.id },
  });
  if (isGone) return finish(tx, row, { state: "failed", failure: "mark-gone" });
  await insertActionRows(tx, { actionId: row.id, rows: toRows(changed, refused) });
  const isFull = ids.length === limit;
  const doneTo = (isFull ? ids.at(-1) : through) ?? through;
  const counted = { done: ids.length, changed: changed.length, refused: refused.length };
  await moveAction(tx, { id: row.id, doneTo, ...counted });
  if (!isFull && doneTo === row.throughId) {
    const after = {
      done: row.done + counted.done,
      changed: row.changed + counted.changed,
      refused: row.refused + counted.refused,
    };
    return { ...(await finish(tx, { ...row, ...after }, { state: "finished" })), events };
  }
  const next = findNextWindow(window, { found: ids.length, batch: limit });
  return { result: { kind: "more", window: next }, events };
}

function toRows(changed: readonly ChangedOfMany[], refused: readonly RefusedOfMany[]) {
  return [
    ...changed.map((row) => ({ ...row, reason: null })),
    ...refused.map((row) => ({ ...row, eventId: null, beforeId: null })),
  ];
}

async function undoBatch(tx: TenantTransaction, { row, window }: Working): Promise<Worked> {
  const place = { actionId: row.id, after: row.undoTo ?? FIRST_ID, limit: BATCH_CUSTOMERS };
  const rows = await lockUndoRows(tx, place);
  const reached = new Set(
    await listReached(
      tx,
      rows.map(({ customerId }) => customerId),
    ),
  );
  const free = rows.filter(({ customerId, touched }) => !touched && reached.has(customerId));
  const { undone, events } = await changeBack(tx, row, free);
  const settled = rows.map(({ customerId }): Settled => {
    if (undone.has(customerId)) return { customerId, reason: null };
    return { customerId, reason: reached.has(customerId) ? "changed-since" : "out-of-reach" };
  });
  await settleUndoRows(tx, { actionId: row.id, rows: settled });
  const counted = { undone: undone.size, left: rows.length - undone.size };
  const undoTo = rows.at(-1)?.customerId ?? place.after;
  await moveUndo(tx, { id: row.id, undoTo, ...counted });
  if (rows.length === BATCH_CUSTOMERS) return { result: { kind: "more", window }, events };
  const after = { undone: row.undone + counted.undone, left: row.left + counted.left };
  return { ...(await finish(tx, { ...row, ...after }, { state: "undone" })), events };
}

/** Gives each what they had before, where they are still as the action made them. */
async function changeBack(tx: TenantTransaction, row: ActionRow, rows: readonly UndoRow[]) {
  const who = { staffId: row.undoStaffId ?? row.staffId, actionId: row.id };
  const undone = new Set<string>();
  const events: NewEvent[] = [];
  for (const { change, customerIds } of listWaysBack(row, rows)) {
    const onlyFrom = row.kind === "set-group" ? { onlyFrom: row.markId } : {};
    const outcome = await changeMarksOfMany(tx, { ...who, change, customerIds, ...onlyFrom });
    for (const { customerId } of outcome.changed) undone.add(customerId);
    events.push(...outcome.events);
  }
  return { undone, events };
}

type WayBack = { change: ManyChange; customerIds: string[] };

function listWaysBack(row: ActionRow, rows: readonly UndoRow[]): WayBack[] {
  const change = toChange(row);
  const all = rows.map(({ customerId }) => customerId);
  if (change.kind === "set-group")
    return [...Map.groupBy(rows, ({ beforeId }) => beforeId)].map(([groupId, of]) => ({
      change: { kind: "set-group", groupId },
      customerIds: of.map(({ customerId }) => customerId),
    }));
  const kind = change.kind === "add-tag" ? "remove-tag" : "add-tag";
  return [{ change: { kind, tagId: change.tagId }, customerIds: all }];
}

type End = { state: ActionState; failure?: string };

async function finish(tx: TenantTransaction, row: ActionRow, end: End): Promise<Worked> {
  await endAction(tx, { id: row.id, ...end });
  noteEnd(tx, row, end);
  return { result: { kind: "done", window: BATCH_CUSTOMERS }, events: [] };
}

/** The one entry of the audit log for an action, or for its undoing: how many were so before and after. */
export function noteEnd(tx: TenantTransaction, row: ActionRow, { state, failure }: End): void {
  const record = { kind: "customer-actions", id: row.id };
  if (row.state === "undoing") {
    const { undone, left } = row;
    noteChange(tx, {
      ...{ ...record, before: { undone: 0 }, after: { undone, left, state, mark: row.markName } },
    });
    return;
  }
  const isTaking = row.kind === "remove-tag";
  const same = row.done - row.changed - row.refused;
  const had = isTaking ? row.changed + row.refused : same;
  const has = isTaking ? row.refused : same + row.changed;
  const { search, customerIds, ...filter } = row.filter;
  // Whom was searched for is nothing that stays for good.
  const searched = { isSearched: Boolean(search), chosen: customerIds?.length ?? null };
  const what = { action: row.kind, mark: row.markName, filter: { ...filter, ...searched } };
  noteChange(tx, {
    ...record,
    before: { customersWithIt: had },
    after: {
      ...what,
      ...{ customersWithIt: has, changed: row.changed, refused: row.refused, state },
      ...(failure ? { failure } : {}),
    },
  });
}
