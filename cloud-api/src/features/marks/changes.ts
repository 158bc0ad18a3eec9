import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { CloudEvents, EventHandlers, NewEvent } from "../../platform/events.ts";
import { insertCustomerMarks } from "./add-queries.ts";
import { noteGroupMoved, noteLeavers, noteMarkChange } from "./change-queries.ts";
import { giveMarksBack, moveMarks } from "./merge-queries.ts";
import {
  deleteCustomerMark,
  holdMarks,
  insertCustomerMark,
  listCustomerMarks,
  lockCustomer,
} from "./queries.ts";
import { compareIds, type MarkKind } from "./rules.ts";

type Tagged = { customerId: string; tagId: string; staffId: string | null; actionId?: string };

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Of these, `actionId` names the one act on many customers that it was part of. */
    "customer.group-changed": {
      customerId: string;
      groupId: string | null;
      staffId: string;
      actionId?: string;
    };
    /** Of these, `staffId` null: a rule did it. */
    "customer.tier-changed": { customerId: string; tierId: string | null; staffId: string | null };
    "customer.tagged": Tagged;
    "customer.untagged": Tagged;
    "group.moved": { groupId: string };
    "group.removed": { groupId: string };
    "tag.removed": { tagId: string };
    "tier.removed": { tierId: string };
  }
}

type MarkEvent =
  | "customer.group-changed"
  | "customer.tier-changed"
  | "customer.tagged"
  | "customer.untagged";

/** Where a request names marks of a kind. */
const FIELDS: Record<MarkKind, string> = { group: "/groupId", tier: "/tierId", tag: "/tagIds" };
type Change = { customerId: string; kind: MarkKind; markIds: readonly string[]; staffId: string };

/**
 * Makes these all of a customer's marks of a kind. Gives the events the change causes; none where
 * everything stays as it was.
 */
export async function setCustomerMarks(tx: TenantTransaction, change: Change): Promise<NewEvent[]> {
  const { customerId, kind, markIds, staffId } = change;
  if (!(await lockCustomer(tx, customerId)))
    throw refuse("not-found", "There is no such customer.");
  const there = new Set(await holdMarks(tx, { kind, ids: markIds }));
  if (markIds.some((id) => !there.has(id)))
    throw refuse("invalid", `There is no such ${kind}. It may have been removed.`, {
      field: FIELDS[kind],
    });
  const marks = await listCustomerMarks(tx, customerId);
  // A tag that a rule gave is the rule's to take.
  const own = marks.filter((mark) => mark.kind === kind);
  const kept = own.filter((mark) => kind === "tag" && mark.byRule).map((mark) => mark.id);
  const before = own.map((mark) => mark.id).filter((id) => !kept.includes(id));
  const { added, removed } = compareIds(
    before,
    markIds.filter((id) => !kept.includes(id)),
  );
  // First the ones that go: there is one main group and one tier at most.
  for (const markId of removed) await deleteCustomerMark(tx, { customerId, markId });
  for (const markId of added) await insertCustomerMark(tx, { customerId, markId, kind });
  noteChange(tx, {
    ...{ kind: "customers", id: customerId },
    ...{ before: { [kind]: before }, after: { [kind]: markIds } },
  });
  if (added.length + removed.length === 0) return [];
  const who = { customerId, staffId };
  if (kind === "group") {
    const groupId = markIds[0] ?? null;
    return [markEvent(tx, "customer.group-changed", { ...who, groupId })];
  }
  if (kind === "tier") {
    const tierId = markIds[0] ?? null;
    return [markEvent(tx, "customer.tier-changed", { ...who, tierId })];
  }
  return [
    ...added.map((tagId) => markEvent(tx, "customer.tagged", { ...who, tagId })),
    ...removed.map((tagId) => markEvent(tx, "customer.untagged", { ...who, tagId })),
  ];
}

/**
 * Gives customers marks beside those they have; a group only to who has none. Gives the events the
 * change causes.
 */
export async function addMarks(
  tx: TenantTransaction,
  { marks, staffId }: { marks: readonly { customerId: string; markId: string }[]; staffId: string },
): Promise<NewEvent[]> {
  if (marks.length === 0) return [];
  const added = await insertCustomerMarks(tx, marks);
  return added.map(({ customerId, markId, kind }) =>
    kind === "group"
      ? markEvent(tx, "customer.group-changed", { customerId, groupId: markId, staffId })
      : markEvent(tx, "customer.tagged", { customerId, tagId: markId, staffId }),
  );
}

export function markEvent<T extends MarkEvent>(
  tx: TenantTransaction,
  type: T,
  payload: CloudEvents[T],
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}

/** A mark was made, renamed, moved or removed: moves the log, which wakes the screens. */
export function markChanged(
  tx: TenantTransaction,
  { kind, markId, change }: { kind: MarkKind; markId: string; change: string },
): NewEvent {
  const payload = { [`${kind}Id`]: markId };
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type: `${kind}.${change}`, occurredAt: tx.now, payload, ...common };
}

/**
 * A change gets its place in the log only with the commit. So what a box is told from a position on
 * is worked out here, once the change has one.
 */
export const markHandlers: EventHandlers = {
  "customer.group-changed": (tx, event) => note(tx, event),
  "customer.tier-changed": (tx, event) => note(tx, event),
  "customer.tagged": (tx, event) => note(tx, event),
  "customer.untagged": (tx, event) => note(tx, event),
  // What staff chose stands already where a log is read again.
  "customer.merged": async (tx, { payload, position }) => {
    if (!tx.replaying) await moveMarks(tx, payload);
    return await noteBoth(tx, { ...payload, position });
  },
  "customer.unmerged": async (tx, { payload, position }) => {
    if (!tx.replaying) await giveMarksBack(tx, payload);
    return await noteBoth(tx, { ...payload, position });
  },
  "group.moved": async (tx, { payload, position }) => {
    await noteGroupMoved(tx, { groupId: payload.groupId, position });
    return [];
  },
  "group.removed": (tx, { payload, position }) =>
    noteRemoved(tx, { markId: payload.groupId, position }),
  "tag.removed": (tx, { payload, position }) =>
    noteRemoved(tx, { markId: payload.tagId, position }),
  "tier.removed": (tx, { payload, position }) =>
    noteRemoved(tx, { markId: payload.tierId, position }),
};

async function noteBoth(
  tx: TenantTransaction,
  { keptId, goneId, position }: { keptId: string; goneId: string; position: number },
): Promise<[]> {
  for (const customerId of [keptId, goneId]) await noteMarkChange(tx, { customerId, position });
  return [];
}

async function noteRemoved(
  tx: TenantTransaction,
  removed: { markId: string; position: number },
): Promise<[]> {
  await noteLeavers(tx, removed);
  return [];
}

async function note(
  tx: TenantTransaction,
  { payload, position }: { payload: { customerId: string }; position: number },
): Promise<[]> {
  await noteMarkChange(tx, { customerId: payload.customerId, position });
  return [];
}
