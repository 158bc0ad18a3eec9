import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { lockGroups } from "./queries.ts";
import { isWithin, type MarkKind } from "./rules.ts";

type Place = { id: string; kind: MarkKind; parentId: string | null };

/** Refuses a place where a mark cannot stand: below what is no group, or below itself. */
export async function checkPlace(tx: TenantTransaction, place: Place): Promise<void> {
  const { id, kind, parentId } = place;
  if (parentId === null) return;
  const field = "/parentId";
  if (kind !== "group") throw refuse("invalid", `A ${kind} stands in nothing.`, { field });
  const groups = await lockGroups(tx);
  if (!groups.some((group) => group.id === parentId))
    throw refuse("invalid", "There is no such group. It may have been removed.", { field });
  if (isWithin(groups, { id: parentId, outerId: id }))
    throw refuse("invalid", "A group cannot stand in itself, or below itself.", { field });
}

/** What stands in a group would lose its place. */
export async function refuseWhileHolding(tx: TenantTransaction, id: string): Promise<void> {
  const groups = await lockGroups(tx);
  if (!groups.some(({ parentId }) => parentId === id)) return;
  const field = "/groups";
  throw refuse("conflict", "Other groups stand in this one. Move or remove them first.", { field });
}
