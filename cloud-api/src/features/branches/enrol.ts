import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { hashToken, makeToken } from "../../platform/session.ts";
import { listBrands } from "../tenants/index.ts";
import { listDestinations } from "./destination-queries.ts";
import { firstSettings, VISIT_GAP_MINUTES } from "./first-settings.ts";
import { type BranchRow, findBranchRow, insertBox, insertBranch } from "./queries.ts";
import { checkDocument } from "./rules.ts";
import type { NewBranchBody } from "./schema.ts";
import { branchChanged, findZoneFault, refuseDocument, toDocument } from "./settings.ts";

export const NO_BRANCH = "There is no branch with this id.";

export async function getBranch(tx: TenantTransaction, id: string): Promise<BranchRow> {
  const row = await findBranchRow(tx, id);
  if (row) return row;
  throw refuse("not-found", NO_BRANCH);
}

/** Makes a branch that works at once. */
export async function addBranch(
  tx: TenantTransaction,
  body: NewBranchBody,
): Promise<Changed<BranchRow>> {
  const [brand] = await listBrands(tx);
  if (!brand) throw new Error("A tenant without a brand.");
  const name = body.name.trim();
  const row: BranchRow = {
    ...body,
    id: newId(),
    name,
    visitGapMinutes: VISIT_GAP_MINUTES,
    settings: firstSettings({ branchName: name, brand, newId }),
    settingsVersion: 1,
  };
  const options = {
    ...{ tenantId: tx.tenantId, branchId: row.id, version: 1 },
    allowedDestinations: await listDestinations(tx),
  };
  const checked = checkDocument(toDocument(row), options);
  if (checked.kind === "invalid") throw refuseDocument(checked);
  const zoneFault = await findZoneFault(tx, row.timeZone);
  if (zoneFault) throw refuseDocument(zoneFault);
  await insertBranch(tx, row);
  return { result: row, events: [branchChanged(tx, { branchId: row.id, version: 1 })] };
}

/** Enrols a box at a branch. Its key is given this once: only its hash is kept. */
export async function addBox(
  tx: TenantTransaction,
  { branchId, name }: { branchId: string; name: string },
): Promise<Changed<{ boxId: string; boxKey: string }>> {
  const { settingsVersion: version } = await getBranch(tx, branchId);
  const boxKey = makeToken();
  const boxId = newId();
  await insertBox(tx, { id: boxId, branchId, name: name.trim(), keyHash: hashToken(boxKey) });
  return { result: { boxId, boxKey }, events: [branchChanged(tx, { branchId, version })] };
}
