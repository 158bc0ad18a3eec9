import type { Context } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { selectMembers } from "./compile-queries.ts";
import { listTagsRead } from "./dependencies.ts";
import { listSegments, type SegmentRow } from "./queries.ts";
import { SEGMENTS_MAX } from "./rules.ts";
import type { Tree } from "./schema.ts";
import { findNamingFault, listNamed, readTree, type Trees } from "./tree.ts";

/** A segment was made, changed or removed: moves the log, which wakes the screens. */
export function segmentChanged(
  tx: TenantTransaction,
  { segmentId, change }: { segmentId: string; change: "added" | "changed" | "removed" },
): NewEvent {
  const common = { version: 1, branchId: null, origin: null, personal: {} };
  return {
    ...{ id: newId(), type: `segment.${change}`, occurredAt: tx.now },
    ...{ payload: { segmentId }, ...common },
  };
}

/** Refuses a tree that is out of form or bounds, or that other segments would lead round in. */
export function readSent(sent: unknown, { id, trees }: { id: string | null; trees: Trees }): Tree {
  const read = readTree(sent);
  const fault = read.kind === "fault" ? read : findNamingFault(read.tree, { id, trees });
  if (fault || read.kind === "fault") throw refuseTree(fault);
  if (id === null) return read.tree;
  // Who names this one has to stay within bounds as well.
  const after = new Map(trees).set(id, read.tree);
  for (const [other, tree] of after)
    if (other !== id && findNamingFault(tree, { id: other, trees: after }))
      throw refuse("invalid", "A segment that names this one would grow beyond bounds by it.", {
        field: "/tree",
      });
  return read.tree;
}

/** Who fits conditions as they were sent, for an "in" of another feature's list. */
export async function selectFittingCustomers(tx: TenantTransaction, sent: unknown) {
  const segments = await listSegments(tx);
  const trees = new Map(segments.map((each) => [each.id, each.tree]));
  return selectMembers(readSent(sent, { id: null, trees }), { tx, trees });
}

function refuseTree(fault: { pointer: string; reason: string } | null) {
  const field = `/tree${fault?.pointer ?? ""}`;
  return refuse("invalid", `${field}: ${fault?.reason ?? "is wrong"}.`, { field });
}

export function getSegment(segments: readonly SegmentRow[], id: string): SegmentRow {
  const found = segments.find((each) => each.id === id);
  if (found) return found;
  throw refuse("not-found", "There is no such segment. It may have been removed.");
}

/** Who is in the others would change unseen. */
export function refuseWhileNamed(segments: readonly SegmentRow[], id: string): void {
  const other = segments.find(({ tree }) => listNamed(tree).includes(id));
  if (other) throw refuse("conflict", `The segment ${other.name} names it. Change that one first.`);
}

/** Whoever has a tag by it would have it for ever. */
export async function refuseWhileGiving(tx: TenantTransaction, { hooks }: Context, id: string) {
  const [tag] = (await hooks.listTagsGivenBy?.(tx, id)) ?? [];
  if (!tag) return;
  throw refuse("conflict", `The tag ${tag.name} is given by it. Remove that rule first.`, {
    field: "/tag-rules",
  });
}

/** A tag that depends on whether it is there would come and go for ever. */
export async function refuseTagCircle(tx: TenantTransaction, { hooks }: Context, trees: Trees) {
  const tag = await hooks.findTagCircle?.(tx, listTagsRead(trees));
  if (!tag) return;
  const sentence = `The tag ${tag.name} is given by this segment, which asks for it.`;
  throw refuse("invalid", sentence, { field: "/tree" });
}

export function refuseName() {
  return refuse("conflict", "Another segment has this name already.", { field: "/name" });
}

export function checkRoom(count: number): void {
  if (count < SEGMENTS_MAX) return;
  throw refuse("conflict", `There are ${SEGMENTS_MAX} segments already. Remove one first.`);
}
