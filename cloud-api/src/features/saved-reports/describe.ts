import type { TenantTransaction } from "../../platform/db.ts";
import { nameActors } from "../access/index.ts";
import type { SavedReport } from "./queries.ts";
import { mayChange, type Rights } from "./rights.ts";
import type { SavedReply } from "./schema.ts";

/** Saved reports as somebody sees them. */
export async function describeSaved(
  tx: TenantTransaction,
  list: readonly SavedReport[],
  rights: Rights,
): Promise<SavedReply[]> {
  const names = await nameActors(tx, [...new Set(list.map(({ ownerId }) => ownerId))]);
  return list.map(({ ownerId, createdAt, changedAt, ...saved }) => ({
    ...saved,
    isOwn: ownerId === rights.staffId,
    ownerName: names.get(ownerId) ?? null,
    mayChange: mayChange({ ...saved, ownerId, createdAt, changedAt }, rights),
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
  }));
}
