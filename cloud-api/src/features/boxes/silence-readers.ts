import type { TenantTransaction } from "../../platform/db.ts";
import { findReach } from "../../platform/rights.ts";
import { listColleagues } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import { BOX_PERMISSIONS } from "./permissions.ts";
import { type Follower, listFollowers } from "./silence-queries.ts";

/** Somebody who is written to, and of which branches; null: of all. */
export type SilenceReader = Follower & { branchIds: readonly string[] | null };

const PERMISSIONS = new Map(Object.entries(BOX_PERMISSIONS));

/** Who chose to be written to, as far as they may still manage boxes. */
export async function listReaders(tx: TenantTransaction): Promise<SilenceReader[]> {
  const followers = await listFollowers(tx);
  if (followers.length === 0) return [];
  const grants = new Map((await listColleagues(tx)).map((each) => [each.id, each.grants]));
  const readers: SilenceReader[] = [];
  for (const follower of followers) {
    const reach = findReach(grants.get(follower.staffId) ?? [], "boxes.edit", PERMISSIONS);
    if (!reach) continue;
    const branchIds = reach.kind === "tenant" ? null : await listBranchesWithin(tx, reach);
    readers.push({ ...follower, branchIds });
  }
  return readers;
}

/** Whether what happens at a branch is theirs to know. */
export function isTheirs({ branchIds }: SilenceReader, branchId: string | null): boolean {
  return branchIds === null || (branchId !== null && branchIds.includes(branchId));
}
