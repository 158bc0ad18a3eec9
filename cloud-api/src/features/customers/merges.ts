import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { EventHandlers, LogEvent, NewEvent } from "../../platform/events.ts";
import { customerChanged } from "./changed.ts";
import { dismissSuggestion } from "./claim-queries.ts";
import { dropKeptWords, sayKeptWordsAgain } from "./kept-word-queries.ts";
import {
  askToPart,
  findMerge,
  insertMerge,
  joinRecords,
  joinRestrictions,
  judgeMerge,
  lockSides,
  type MergeRow,
  readSides,
} from "./merge-queries.ts";
import { canStillPart, findMergeFault, findPartFault, partRestrictions } from "./merge-rules.ts";
import { getRestrictions, markParted, partRecords, setRestriction } from "./part-queries.ts";
import { refresh } from "./refresh.ts";
import { hashContact } from "./request-rules.ts";
import {
  dropStricter,
  listMergesOfGuest,
  listStandingMerges,
  takeStricter,
} from "./stricter-queries.ts";

type Merging = { mergeId: string; keptId: string; goneId: string };

declare module "../../platform/events.ts" {
  interface CloudEvents {
    /** Staff say that two records are one person. Judged in its turn in the log. */
    "customer.merge-asked": Merging & { staffId: string };
    "customer.part-asked": { mergeId: string; staffId: string };
    /** Everything of `goneId` is `keptId`'s from here on. */
    "customer.merged": Merging & { by: "staff" | "machine" };
    /** Each has their own again. */
    "customer.unmerged": Merging;
    "customer.merge-refused": { mergeId: string; reason: string };
    "customer.pair-dismissed": { oneId: string; otherId: string; staffId: string };
  }
}

/** Staff ask for it; it is done when the log comes to it, so that no two cross. */
export async function askToMerge(
  tx: TenantTransaction,
  asked: { keptId: string; goneId: string; staffId: string },
): Promise<{ mergeId: string; events: NewEvent[] }> {
  const { keptId, goneId, staffId } = asked;
  // Held by nobody: they are judged again as they are when the log comes to it.
  const sides = await readSides(tx, [keptId, goneId]);
  const fault = findMergeFault({ kept: sides.get(keptId), gone: sides.get(goneId) }, "staff");
  if (fault === "missing") throw refuse("not-found", "There is no such customer.");
  if (fault) throw refuse("conflict", `They cannot be made one: ${fault}.`, { field: "/goneId" });
  const mergeId = newId();
  await insertMerge(tx, { id: mergeId, keptId, goneId, staffId, at: tx.now });
  noteChange(tx, { kind: "customer-merges", id: mergeId, before: null, after: { keptId, goneId } });
  const payload = { mergeId, keptId, goneId, staffId };
  return { mergeId, events: [toEvent(tx, "customer.merge-asked", payload)] };
}

/** Staff ask for a merge to be undone. */
export async function askToUndo(
  tx: TenantTransaction,
  { mergeId, staffId }: { mergeId: string; staffId: string },
): Promise<NewEvent[]> {
  const merge = await findMerge(tx, mergeId);
  if (!merge) throw refuse("not-found", "There is no such merge.");
  if (merge.mergedAt && !canStillPart(merge.mergedAt, tx.now))
    throw refuse("conflict", "It is too long ago to be undone.");
  if (!(await askToPart(tx, { id: mergeId, staffId })))
    throw refuse("conflict", "It has been undone already, or was never done.");
  const { keptId, goneId } = merge;
  noteChange(tx, { kind: "customer-merges", id: mergeId, before: { keptId, goneId }, after: null });
  return [toEvent(tx, "customer.part-asked", { mergeId, staffId })];
}

/** Keeps that two records are two people. */
export async function dismissPair(
  tx: TenantTransaction,
  pair: { oneId: string; otherId: string; staffId: string },
): Promise<NewEvent[]> {
  const { oneId, otherId, staffId } = pair;
  await dismissSuggestion(tx, { customerIds: [oneId, otherId], staffId });
  const after = { oneId, otherId, samePerson: false };
  noteChange(tx, { kind: "customer-suggestions", id: null, before: null, after });
  return [toEvent(tx, "customer.pair-dismissed", pair)];
}

function toEvent(tx: TenantTransaction, type: string, payload: Record<string, unknown>): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}

type Joining = Merging & { staffId: string | null; at: Date; position: number };

/** Makes two records one where that may be. Gives what comes of it. */
async function merge(tx: TenantTransaction, joining: Joining): Promise<NewEvent[]> {
  const { mergeId: id, keptId, goneId, staffId, at, position } = joining;
  await insertMerge(tx, { id, keptId, goneId, staffId, at });
  const sides = await lockSides(tx, [keptId, goneId]);
  const by = staffId === null ? "machine" : "staff";
  const fault = findMergeFault({ kept: sides.get(keptId), gone: sides.get(goneId) }, by);
  if (fault) {
    await judgeMerge(tx, { id, state: "refused", reason: fault });
    return [toEvent(tx, "customer.merge-refused", { mergeId: id, reason: fault })];
  }
  const hash = (value: string) => hashContact(value, tx.tenantId);
  await joinRecords(tx, { id, keptId, goneId, at, hash });
  if (!tx.replaying) await joinRestrictions(tx, { keptId, goneId });
  await takeStricter(tx, { mergeId: id, mergedAt: at });
  await sayKeptWordsAgain(tx, { mergeId: id, mergedAt: at });
  const losers = new Set<string>();
  for (const customerId of [keptId, goneId])
    for (const id of await refresh(tx, { customerId, position })) losers.add(id);
  const merged = toEvent(tx, "customer.merged", { mergeId: id, keptId, goneId, by });
  return [merged, ...[...losers].map((loser) => customerChanged(tx, loser))];
}

/**
 * Two records whose identifiers one guest has proved are one person, unless each has a number of their
 * own. The merge has the id of the event that showed it.
 */
export async function mergeByMachine(
  tx: TenantTransaction,
  event: { id: string; receivedAt: Date; position: number },
  { keptId, goneId }: { keptId: string; goneId: string },
): Promise<NewEvent[]> {
  const { id: mergeId, receivedAt: at, position } = event;
  return await merge(tx, { mergeId, keptId, goneId, staffId: null, at, position });
}

async function part(
  tx: TenantTransaction,
  { id, keptId, goneId, mergedAt }: MergeRow,
  event: LogEvent<string, { staffId: string }>,
): Promise<NewEvent[]> {
  const { occurredAt: at, position } = event;
  const sides = await lockSides(tx, [keptId, goneId]);
  const both = { kept: sides.get(keptId), gone: sides.get(goneId) };
  const fault = mergedAt ? findPartFault(both, { mergedAt, at }) : "missing";
  if (fault || !mergedAt) {
    await judgeMerge(tx, { id, state: mergedAt ? "merged" : "refused", reason: fault });
    return [toEvent(tx, "customer.merge-refused", { mergeId: id, reason: fault })];
  }
  await dropStricter(tx, id);
  await dropKeptWords(tx, id);
  await partRecords(tx, { id, keptId, goneId });
  // Where the log is read again, both stand as they were said to be last.
  if (!tx.replaying)
    await giveRestrictionsBack(tx, { keptId, goneId, mergedAt, eventId: event.id });
  const { staffId } = event.payload;
  await markParted(tx, { id, at, staffId });
  for (const standing of await listStandingMerges(tx, keptId)) await takeStricter(tx, standing);
  await dismissSuggestion(tx, { customerIds: [keptId, goneId], staffId });
  for (const customerId of [keptId, goneId]) await refresh(tx, { customerId, position });
  return [toEvent(tx, "customer.unmerged", { mergeId: id, keptId, goneId })];
}

async function giveRestrictionsBack(
  tx: TenantTransaction,
  { eventId, ...parting }: { keptId: string; goneId: string; mergedAt: Date; eventId: string },
): Promise<void> {
  const { keptId, goneId } = parting;
  const { kept, gone } = partRestrictions(await getRestrictions(tx, parting));
  await setRestriction(tx, { customerId: keptId, since: kept, eventId });
  await setRestriction(tx, { customerId: goneId, since: gone, eventId });
}

/** What a guest said before a merge and is told of after it may be what the merge has to go by. */
export async function takeStricterAnew(
  tx: TenantTransaction,
  { guestId, at }: { guestId: string; at: Date },
): Promise<void> {
  for (const standing of await listMergesOfGuest(tx, guestId))
    if (at <= standing.mergedAt) await takeStricter(tx, standing);
}

export const mergeHandlers: EventHandlers = {
  "customer.merge-asked": (tx, { payload, occurredAt: at, position }) =>
    merge(tx, { ...payload, at, position }),
  "customer.part-asked": async (tx, event) => {
    const found = await findMerge(tx, event.payload.mergeId);
    return found ? await part(tx, found, event) : [];
  },
  "customer.pair-dismissed": async (tx, { payload }) => {
    const { oneId, otherId, staffId } = payload;
    await dismissSuggestion(tx, { customerIds: [oneId, otherId], staffId });
    return [];
  },
};
