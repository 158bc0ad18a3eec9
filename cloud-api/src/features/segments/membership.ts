import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue } from "../../platform/jobs.ts";
import { type Need, type Reading, readDependencies } from "./dependencies.ts";
import { judge } from "./evaluate.ts";
import { listFacts } from "./facts-queries.ts";
import { listJudgings } from "./judging-queries.ts";
import {
  type Alarm,
  addToCounts,
  type Due,
  deleteDue,
  deleteMembers,
  findEarliestDue,
  hastenDue,
  insertMembers,
  listMemberships,
  type Membership,
  writeAlarm,
} from "./membership-queries.ts";
import { findEarliest, findNextChange } from "./next-change.ts";
import { listSegments, type SegmentRow } from "./queries.ts";
import type { Touched } from "./touches.ts";
import type { Trees } from "./tree.ts";

/** By what somebody came to be in a segment, or not to be. */
export type Cause = "event" | "time" | "check";

declare module "../../platform/events.ts" {
  interface CloudEvents {
    "segment.entered": { segmentId: string; customerId: string; cause: Cause };
    "segment.left": { segmentId: string; customerId: string; cause: Cause };
    /** Everybody has been judged by a segment's new definition: whoever is in it is so by that. */
    "segment.judged": { segmentId: string; customers: number };
    "segment.removed": { segmentId: string };
  }
}

export const DUE_TASK = "segments.fire-due";

/** A tenant's segments, and what each of them reads. */
export type Definitions = {
  segments: readonly SegmentRow[];
  trees: Trees;
  readings: ReadonlyMap<string, Reading>;
  /** Of those that are being judged anew: up to whom everybody has been. */
  doneTo: ReadonlyMap<string, string>;
};

export async function readDefinitions(tx: TenantTransaction): Promise<Definitions> {
  const segments = await listSegments(tx);
  const trees = new Map(segments.map(({ id, tree }) => [id, tree]));
  const readings = new Map(segments.map(({ id, tree }) => [id, readDependencies(tree, trees)]));
  const judgings = await listJudgings(tx);
  return {
    ...{ segments, trees, readings },
    doneTo: new Map(judgings.map(({ segmentId, doneTo }) => [segmentId, doneTo])),
  };
}

/** Which segments a customer is to be judged by. */
export type Wanted = { customerId: string; segments: readonly SegmentRow[] };

/** The segments that ask for something of what was touched. */
export function listReading({ segments, readings }: Definitions, what: Touched): SegmentRow[] {
  if (what === null) return [...segments];
  return segments.filter(({ id }) => what.some((each) => readings.get(id)?.dependencies.has(each)));
}

type Judging = {
  definitions: Definitions;
  wanted: readonly Wanted[];
  /** Null: a definition has changed, and nobody did anything. */
  cause: Cause | null;
  alarm: Alarm;
};

type Verdict = { entered: Membership[]; left: Membership[]; due: Due[]; settled: string[] };

/**
 * Judges customers anew, and keeps who is in which segment, how many they are, and when that may
 * change by itself. To be done under `lockMembers`. Gives the events of who entered and who left.
 */
export async function judgeCustomers(
  tx: TenantTransaction,
  { definitions, wanted, cause, alarm }: Judging,
): Promise<NewEvent[]> {
  const asked = wanted.filter(({ segments }) => segments.length > 0);
  if (asked.length === 0) return [];
  const ids = asked.map(({ customerId }) => customerId);
  const facts = await listFacts(tx, ids, listNeeds(asked, definitions));
  const held = new Set((await listMemberships(tx, ids)).map(keyOf));
  const verdict: Verdict = { entered: [], left: [], due: [], settled: [] };
  const timedCount = definitions.segments.filter((each) => isTimed(each, definitions)).length;
  for (const { customerId, segments } of asked) {
    const known = facts.get(customerId);
    for (const { id, tree } of segments) {
      const question = known && { facts: known, now: tx.now, trees: definitions.trees };
      const holds = question ? judge(tree, question).holds : false;
      const membership = { segmentId: id, customerId };
      if (holds === held.has(keyOf(membership))) continue;
      (holds ? verdict.entered : verdict.left).push(membership);
    }
    const timed = segments.filter((each) => isTimed(each, definitions));
    // Judged by all that time changes: what stood there is over.
    if (!known || timed.length === timedCount) verdict.settled.push(customerId);
    if (!known) continue;
    const question = { facts: known, now: tx.now, trees: definitions.trees };
    const dueAt = findEarliest(timed.map(({ tree }) => findNextChange(tree, question)));
    if (dueAt) verdict.due.push({ customerId, dueAt });
  }
  await keep(tx, verdict);
  await hastenAlarm(tx, alarm, findEarliest(verdict.due.map(({ dueAt }) => dueAt)));
  return cause === null ? [] : tell(tx, verdict, { cause, doneTo: definitions.doneTo });
}

const keyOf = ({ segmentId, customerId }: Membership) => `${segmentId} ${customerId}`;

const isTimed = ({ id }: SegmentRow, { readings }: Definitions) =>
  readings.get(id)?.isTimed ?? false;

function listNeeds(wanted: readonly Wanted[], { readings }: Definitions): Set<Need> {
  const ids = new Set(wanted.flatMap(({ segments }) => segments.map(({ id }) => id)));
  return new Set([...ids].flatMap((id) => [...(readings.get(id)?.needs ?? [])]));
}

async function keep(tx: TenantTransaction, verdict: Verdict): Promise<void> {
  const { entered, left, due, settled } = verdict;
  await insertMembers(tx, entered);
  await deleteMembers(tx, left);
  const changes = new Map<string, number>();
  const add = (segmentId: string, by: number) =>
    changes.set(segmentId, (changes.get(segmentId) ?? 0) + by);
  for (const { segmentId } of entered) add(segmentId, 1);
  for (const { segmentId } of left) add(segmentId, -1);
  await addToCounts(tx, changes);
  await deleteDue(tx, settled);
  await hastenDue(tx, due);
}

/** Sets the alarm, unless it is set for as early a moment. */
async function hastenAlarm(tx: TenantTransaction, alarm: Alarm, dueAt: Date | null): Promise<void> {
  if (dueAt === null || (alarm.dueAt !== null && alarm.dueAt <= dueAt)) return;
  alarm.dueAt = dueAt;
  await setAlarm(tx, dueAt);
}

/** Sets the alarm for the earliest moment that is awaited, or for none. */
export async function resetAlarm(tx: TenantTransaction): Promise<void> {
  await setAlarm(tx, await findEarliestDue(tx));
}

async function setAlarm(tx: TenantTransaction, dueAt: Date | null): Promise<void> {
  await writeAlarm(tx, { dueAt });
  if (dueAt) await enqueue(tx, { task: DUE_TASK, payload: {}, runAt: dueAt, key: "due" });
}

type Telling = { cause: Cause; doneTo: ReadonlyMap<string, string> };

function tell(
  tx: TenantTransaction,
  { entered, left }: Verdict,
  { cause, doneTo }: Telling,
): NewEvent[] {
  // Whoever has not been judged by a new definition yet is in the segment, or not, by the old one:
  // that they change sides is the definition's doing.
  const isNews = ({ segmentId, customerId }: Membership) =>
    customerId <= (doneTo.get(segmentId) ?? customerId);
  return [
    ...left.filter(isNews).map((each) => toEvent(tx, "segment.left", { ...each, cause })),
    ...entered.filter(isNews).map((each) => toEvent(tx, "segment.entered", { ...each, cause })),
  ];
}

export function toEvent(
  tx: TenantTransaction,
  type: "segment.entered" | "segment.left" | "segment.judged",
  payload: Record<string, unknown>,
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return { id: newId(), type, occurredAt: tx.now, payload, ...common };
}
