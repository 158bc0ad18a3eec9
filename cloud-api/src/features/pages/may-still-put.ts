import type { TenantTransaction } from "../../platform/db.ts";
import { declarePermission, findReach } from "../../platform/rights.ts";
import { findActorGrants } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import { EDIT_PAGES, permissions } from "./permissions.ts";

const DECLARED = new Map(
  Object.entries(permissions).map(([name, declared]) => [name, declarePermission(declared)]),
);

/**
 * Whether whoever planned to put a page on a branch may do so now that it is time: months may lie between,
 * and who has left the company, or the branch, puts up nothing there any more. A person's id is no key's.
 */
export async function mayStillPut(
  tx: TenantTransaction,
  { madeBy, branchId }: { madeBy: string; branchId: string },
): Promise<boolean> {
  const grants = [
    ...(await findActorGrants(tx, { kind: "staff", id: madeBy })),
    ...(await findActorGrants(tx, { kind: "api-key", id: madeBy })),
  ];
  const reach = findReach(grants, EDIT_PAGES, DECLARED);
  if (reach === null) return false;
  return reach.kind === "tenant" || (await listBranchesWithin(tx, reach)).includes(branchId);
}
