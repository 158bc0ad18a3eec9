import { randomBytes } from "node:crypto";
import { type EnrolRequest, nameKey, readEnrolmentCode, writeEnrolmentCode } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, Database, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { type BoxIdentity, hashToken } from "../../platform/session.ts";
import { findWorn, listBrands, lockKits, wearLook } from "../tenants/index.ts";
import { insertOffer, type NewKey, noteEnrolment, useOffer } from "./box-keys-queries.ts";
import { currencyOf, keepCurrency } from "./currencies.ts";
import { listDestinations } from "./destination-queries.ts";
import { firstSettings, VISIT_GAP_MINUTES } from "./first-settings.ts";
import { type BranchRow, findBranchRow, hasBox, insertBox, insertBranch } from "./queries.ts";
import { checkDocument } from "./rules.ts";
import type { NewBranchBody } from "./schema.ts";
import { branchChanged, findZoneFault, refuseDocument, toDocument } from "./settings.ts";

export const NO_BRANCH = "There is no branch with this id.";
export const NO_BOX = "The branch has no box with this id.";

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
  // A kit that is saved meanwhile would miss it.
  await lockKits(tx);
  const [brand] = await listBrands(tx);
  if (!brand) throw new Error("A tenant without a brand.");
  const name = body.name.trim();
  const { currency = currencyOf(body.country) } = body;
  const worn = await findWorn(tx, brand.id);
  const row: BranchRow = {
    ...body,
    id: newId(),
    brandId: brand.id,
    name,
    currency: keepCurrency({ ...body, currency }),
    kind: body.kind ?? null,
    visitGapMinutes: VISIT_GAP_MINUTES,
    settings: firstSettings({
      ...{ ...body, branchName: name, newId },
      ...{ brand: wearLook(brand.name, worn.look), texts: worn.texts },
    }),
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
  const { settings: _settings, ...after } = row;
  noteChange(tx, { kind: "branches", id: row.id, before: null, after: { ...after, currency } });
  return { result: row, events: [branchChanged(tx, { branchId: row.id, version: 1 })] };
}

export type BoxOffer = { boxId: string; enrolmentCode: string; expiresAt: Date };

/** How long a code waits for its box. */
export const ENROLMENT_DAYS = 7;
const ENROLMENT_CODE_OCTETS = 10;

/** Makes a box of a branch, and the code by which somebody who stands before it makes it that box. */
export async function addBox(
  tx: TenantTransaction,
  { branchId, name }: { branchId: string; name: string },
): Promise<Changed<BoxOffer>> {
  const { settingsVersion: version } = await getBranch(tx, branchId);
  const boxId = newId();
  await insertBox(tx, { id: boxId, branchId, name: name.trim() });
  noteChange(tx, {
    kind: "boxes",
    id: boxId,
    before: null,
    after: { branchId, name: name.trim() },
  });
  const result = await offerBox(tx, { branchId, boxId });
  return { result, events: [branchChanged(tx, { branchId, version })] };
}

/** A new code for a box: the one before ends. The box that stands there is it until the code is used. */
export async function offerBox(
  tx: TenantTransaction,
  place: { branchId: string; boxId: string },
): Promise<BoxOffer> {
  if (!(await hasBox(tx, place))) throw refuse("not-found", NO_BOX);
  const enrolmentCode = writeEnrolmentCode(randomBytes(ENROLMENT_CODE_OCTETS));
  const expiresAt = new Date(tx.now.getTime() + ENROLMENT_DAYS * 24 * 60 * 60 * 1000);
  await insertOffer(tx, { ...place, codeHash: hashCode(enrolmentCode), expiresAt });
  return { boxId: place.boxId, enrolmentCode, expiresAt };
}

/** 80 random bits, good for days: a plain hash cannot be searched backwards in that time. */
function hashCode(code: string): Buffer {
  return hashToken(readEnrolmentCode(code) ?? "");
}

/** Makes whoever holds the key the box that the code was made for. Null: the code is good no longer. */
export async function enrol(
  database: Database,
  { code, publicKey }: EnrolRequest,
): Promise<BoxIdentity | null> {
  const key = toNewKey(publicKey);
  const box = await database.inDirectory((tx) =>
    useOffer(tx, { ...key, codeHash: hashCode(code) }),
  );
  if (box) await database.inTenant(box.tenantId, (tx) => noteEnrolment(tx, box.boxId));
  return box;
}

export function toNewKey(publicKey: string): NewKey {
  const octets = Buffer.from(publicKey, "base64url");
  return { keyId: Buffer.from(nameKey(octets), "base64url"), publicKey: octets };
}
