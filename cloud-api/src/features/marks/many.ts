import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { markEvent } from "./changes.ts";
import {
  deleteGroupsOfMany,
  deleteTagOfMany,
  insertGroupOfMany,
  insertTagOfMany,
  listGroupsOfMany,
  listHolders,
  lockCustomers,
} from "./many-queries.ts";
import { holdMarks } from "./queries.ts";

/** What staff do to the marks of many customers at once. */
export type ManyChange =
  | { kind: "add-tag"; tagId: string }
  | { kind: "remove-tag"; tagId: string }
  /** Null: into no group. */
  | { kind: "set-group"; groupId: string | null };

export type RefusedOfMany = {
  customerId: string;
  reason: "too-many-tags" | "by-rule" | "restricted";
};
/** `beforeId`: the group they were in. */
export type ChangedOfMany = { customerId: string; eventId: string; beforeId: string | null };
export type ManyOutcome = {
  /** The group or tag is there no more, and nothing was done. */
  isGone: boolean;
  changed: ChangedOfMany[];
  refused: RefusedOfMany[];
  events: NewEvent[];
};

type Many = {
  change: ManyChange;
  customerIds: readonly string[];
  staffId: string;
  /** What the events name it by: the one act that all of them belong to. */
  actionId: string;
  /** Only those who are in this group now (null: in none). Absent: whichever they are in. */
  onlyFrom?: string | null;
};

/**
 * Changes the marks of as many customers as one transaction should hold. Who is as wanted already is
 * neither changed nor refused, and so is who became part of another or was forgotten.
 */
export async function changeMarksOfMany(tx: TenantTransaction, many: Many): Promise<ManyOutcome> {
  const { change, customerIds } = many;
  const outcome: ManyOutcome = { isGone: false, changed: [], refused: [], events: [] };
  if (!(await isThere(tx, change))) return { ...outcome, isGone: true };
  const locked = await lockCustomers(tx, customerIds);
  const free = locked.filter(({ isRestricted }) => !isRestricted).map(({ id }) => id);
  const bound = locked.filter(({ isRestricted }) => isRestricted);
  // Whose record is kept and not used is sorted into nothing.
  outcome.refused = bound.map(({ id }) => ({ customerId: id, reason: "restricted" as const }));
  if (change.kind === "set-group") return putIntoGroup(tx, { many, change, free, outcome });
  return changeTag(tx, { many, change, free, outcome });
}

async function isThere(tx: TenantTransaction, change: ManyChange): Promise<boolean> {
  if (change.kind === "set-group") {
    if (change.groupId === null) return true;
    return (await holdMarks(tx, { kind: "group", ids: [change.groupId] })).length > 0;
  }
  return (await holdMarks(tx, { kind: "tag", ids: [change.tagId] })).length > 0;
}

type Part<Kind extends ManyChange["kind"]> = {
  many: Many;
  change: Extract<ManyChange, { kind: Kind }>;
  free: readonly string[];
  outcome: ManyOutcome;
};

async function changeTag(
  tx: TenantTransaction,
  { many, change, free, outcome }: Part<"add-tag" | "remove-tag">,
): Promise<ManyOutcome> {
  const { kind, tagId } = change;
  const { staffId, actionId } = many;
  const holders = await listHolders(tx, { customerIds: free, markId: tagId });
  const had = new Set(holders.map(({ customerId }) => customerId));
  const isAdding = kind === "add-tag";
  const wanted = free.filter((id) => had.has(id) !== isAdding);
  const question = { customerIds: wanted, markId: tagId };
  const rows = await (isAdding ? insertTagOfMany(tx, question) : deleteTagOfMany(tx, question));
  const done = new Set(rows.map(({ customerId }) => customerId));
  const reason = isAdding ? "too-many-tags" : "by-rule";
  for (const customerId of wanted) {
    if (!done.has(customerId)) {
      outcome.refused.push({ customerId, reason });
      continue;
    }
    const type = isAdding ? "customer.tagged" : "customer.untagged";
    const event = markEvent(tx, type, { customerId, tagId, staffId, actionId });
    outcome.events.push(event);
    outcome.changed.push({ customerId, eventId: event.id, beforeId: null });
  }
  return outcome;
}

async function putIntoGroup(
  tx: TenantTransaction,
  { many, change: { groupId }, free, outcome }: Part<"set-group">,
): Promise<ManyOutcome> {
  const { staffId, actionId, onlyFrom } = many;
  const rows = await listGroupsOfMany(tx, free);
  const groupOf = new Map(rows.map((row) => [row.customerId, row.groupId]));
  const moved = free.filter((id) => {
    const before = groupOf.get(id) ?? null;
    return before !== groupId && (onlyFrom === undefined || before === onlyFrom);
  });
  await deleteGroupsOfMany(tx, moved);
  if (groupId !== null) await insertGroupOfMany(tx, { customerIds: moved, markId: groupId });
  for (const customerId of moved) {
    const payload = { customerId, groupId, staffId, actionId };
    const event = markEvent(tx, "customer.group-changed", payload);
    outcome.events.push(event);
    const beforeId = groupOf.get(customerId) ?? null;
    outcome.changed.push({ customerId, eventId: event.id, beforeId });
  }
  return outcome;
}
