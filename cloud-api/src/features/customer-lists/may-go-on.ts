import type { TenantTransaction } from "../../platform/db.ts";
import { declarePermission, findReach, type Reach } from "../../platform/rights.ts";
import { findActorGrants } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import type { ActionRow } from "./action-queries.ts";
import { ACT, permissions } from "./permissions.ts";

const DECLARED = new Map(
  Object.entries(permissions).map(([name, declared]) => [name, declarePermission(declared)]),
);

/**
 * Whether whoever began an action, or its undoing, may still do it as far as they reached then. An
 * action goes on for minutes: a right that is taken away counts at its next step.
 */
export async function mayGoOn(tx: TenantTransaction, row: ActionRow): Promise<boolean> {
  const isUndoing = row.state === "undoing";
  const kind = (isUndoing ? row.undoActorKind : row.actorKind) ?? row.actorKind;
  const id = (isUndoing ? row.undoStaffId : row.staffId) ?? row.staffId;
  const reach = findReach(await findActorGrants(tx, { kind, id }), ACT, DECLARED);
  return reach !== null && covers(tx, reach, isUndoing ? row.undoBranchIds : row.branchIds);
}

async function covers(
  tx: TenantTransaction,
  reach: Reach,
  branchIds: readonly string[] | null,
): Promise<boolean> {
  if (reach.kind === "tenant") return true;
  if (branchIds === null) return false;
  const reached = new Set(await listBranchesWithin(tx, reach));
  return branchIds.every((branchId) => reached.has(branchId));
}
