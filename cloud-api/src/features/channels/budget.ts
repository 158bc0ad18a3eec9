import type { TenantTransaction } from "../../platform/db.ts";
import { listRefusedDays } from "./request-queries.ts";
import { dayIn } from "./rules.ts";

/** Of each branch whose budget of today is used up: when a code was first refused for want of it. */
export async function findRefusedCodes(
  tx: TenantTransaction,
  branches: readonly { id: string; timeZone: string }[],
): Promise<ReadonlyMap<string, Date>> {
  const days = branches.map(({ id, timeZone }) => ({
    branchId: id,
    day: dayIn(timeZone, tx.now),
  }));
  const refused = await listRefusedDays(tx, days);
  return new Map(refused.map(({ branchId, refusedAt }) => [branchId, refusedAt]));
}
