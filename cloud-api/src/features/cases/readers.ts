import type { TenantTransaction } from "../../platform/db.ts";
import { findReach } from "../../platform/rights.ts";
import { listColleagues } from "../access/index.ts";
import { listBranchesWithin } from "../branches/index.ts";
import { listChoices, type Reader } from "./mail-queries.ts";
import { CASE_PERMISSIONS } from "./permissions.ts";

/** Somebody who works on cases, and of which branches; null: of all. */
export type CaseWorker = Reader & { name: string; branchIds: readonly string[] | null };

const PERMISSIONS = new Map(Object.entries(CASE_PERMISSIONS));

/** Who may work on cases, as far as they may. */
export async function listWorkers(tx: TenantTransaction): Promise<CaseWorker[]> {
  const colleagues = new Map((await listColleagues(tx)).map((each) => [each.id, each]));
  const workers: CaseWorker[] = [];
  for (const reader of await listChoices(tx)) {
    const colleague = colleagues.get(reader.staffId);
    const reach = colleague && findReach(colleague.grants, "cases.edit", PERMISSIONS);
    if (!reach) continue;
    const branchIds = reach.kind === "tenant" ? null : await listBranchesWithin(tx, reach);
    workers.push({ ...reader, name: colleague.name, branchIds });
  }
  return workers;
}

/** Whether the cases of a branch are theirs to work on. */
export function isTheirs({ branchIds }: Pick<CaseWorker, "branchIds">, branchId: string): boolean {
  return branchIds === null || branchIds.includes(branchId);
}

/** Whoever has not chosen is written to: a low answer is not to lie unseen. */
export const wantsMail = ({ isOn }: Pick<Reader, "isOn">) => isOn ?? true;
