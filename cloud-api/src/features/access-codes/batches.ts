import { randomInt } from "node:crypto";
import { ACCESS_CODES_MAX } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { findDocument, getBranch, publishSettings, saveDocument } from "../branches/index.ts";
import { drawCodes } from "./draw-codes.ts";
import {
  archiveBatchRow,
  type BatchRow,
  countCodesInForce,
  findBatch,
  findEndOfDay,
  findStartOfDay,
  insertBatch,
  insertCodes,
} from "./queries.ts";
import type { NewBatchBody } from "./schema.ts";

export async function getBatch(tx: TenantTransaction, id: string): Promise<BatchRow> {
  const batch = await findBatch(tx, id);
  if (batch) return batch;
  throw refuse("not-found", "There is no such batch of access codes.");
}

/** Makes codes that work as soon as the branch's boxes have heard of them. */
export async function makeBatch(
  tx: TenantTransaction,
  body: NewBatchBody,
): Promise<Changed<BatchRow>> {
  const { branchId, count, devicesMax, minutes, policyId = null } = body;
  const span = await findSpan(tx, body);
  await requirePolicy(tx, { branchId, policyId });
  // Holds the branch's row to the commit, so that two batches at once cannot pass the limit.
  const events = await takeAccessCodes(tx, branchId);
  const before = await countCodesInForce(tx, branchId);
  if (before + count > ACCESS_CODES_MAX)
    throw refuse(
      "invalid",
      `The branch has ${before} codes of at most ${ACCESS_CODES_MAX}: archive a batch, or make fewer.`,
      { field: "/count" },
    );
  const id = newId();
  const name = body.name.trim();
  const after = { branchId, name, count, devicesMax, minutes, policyId };
  noteChange(tx, { kind: "access-code-batches", id, before: null, after });
  await insertBatch(tx, { id, branchId, name, count, devicesMax, minutes, policyId, ...span });
  for (let missing = count; missing > 0; ) {
    const codes = drawCodes(missing, (limit) => randomInt(limit));
    const ids = codes.map(() => newId());
    missing -= await insertCodes(tx, { batchId: id, branchId, ids, codes });
  }
  return { result: await getBatch(tx, id), events };
}

/** From the first day's beginning to the last day's end, on the branch's clock. */
async function findSpan(tx: TenantTransaction, { branchId, firstDay, lastDay }: NewBatchBody) {
  const { timeZone } = await getBranch(tx, branchId);
  const validFrom = firstDay ? await findStartOfDay(tx, { day: firstDay, timeZone }) : null;
  const validUntil = lastDay === null ? null : await findEndOfDay(tx, { day: lastDay, timeZone });
  if (validUntil !== null && validUntil <= tx.now)
    throw refuse("invalid", `${lastDay} is over at the branch already.`, { field: "/lastDay" });
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    throw refuse("invalid", `${firstDay} is after ${lastDay}.`, { field: "/firstDay" });
  return { validFrom, validUntil };
}

async function requirePolicy(
  tx: TenantTransaction,
  { branchId, policyId }: { branchId: string; policyId: string | null },
): Promise<void> {
  if (policyId === null) return;
  const found = await findDocument(tx, branchId);
  if (found?.document.policies.some(({ id }) => id === policyId)) return;
  throw refuse("invalid", "The branch has no such access policy.", { field: "/policyId" });
}

/** The codes are taken out of the branch's settings; what they were used for stays. */
export async function archiveBatch(tx: TenantTransaction, id: string): Promise<Changed<BatchRow>> {
  const { branchId, name } = await getBatch(tx, id);
  const isNew = await archiveBatchRow(tx, id);
  const told = (isOver: boolean) => ({ isOver, ...(isOver && { branchId, name }) });
  const versions = { before: told(!isNew), after: told(true) };
  noteChange(tx, { kind: "access-code-batches", id, ...versions });
  const events = isNew ? await publishSettings(tx, branchId) : [];
  return { result: await getBatch(tx, id), events };
}

/** Who makes codes wants them taken: from the first batch on the portal has a field for one. */
async function takeAccessCodes(tx: TenantTransaction, branchId: string): Promise<NewEvent[]> {
  const saved = await saveDocument(tx, branchId, (document) => ({
    ...document,
    signIn: { ...document.signIn, accessCode: { enabled: true } },
  }));
  if (saved.kind !== "saved")
    throw new Error(`Access codes cannot be turned on at branch ${branchId}: ${saved.kind}`);
  return saved.events.length > 0 ? saved.events : publishSettings(tx, branchId);
}
