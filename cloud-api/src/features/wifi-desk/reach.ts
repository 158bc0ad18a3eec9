import type { FastifyRequest } from "fastify";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { findReach } from "../../platform/rights.ts";
import { staffOf } from "../../platform/session.ts";

/**
 * Whether whoever asks holds another permission at this branch as well: the route's own may reach
 * further than that one.
 */
export async function holdsAt(
  tx: TenantTransaction,
  { hooks, permissions }: Pick<Context, "hooks" | "permissions">,
  asked: { request: FastifyRequest; permission: string; branchId: string },
): Promise<boolean> {
  const { request, permission, branchId } = asked;
  const reach = findReach(staffOf(request).grants, permission, permissions);
  if (reach === null || reach.kind === "tenant") return reach !== null;
  const within = (await hooks.listBranchesWithin?.(tx, reach)) ?? [];
  return within.includes(branchId);
}
