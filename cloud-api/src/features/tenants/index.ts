import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { Database, DirectoryTransaction, TenantTransaction } from "../../platform/db.ts";
import { insertKit, listKits } from "./kit-queries.ts";
import { FIRST_LOOK, type Kit, NO_KIT, resolveKit } from "./kit-rules.ts";
import { insertBrand, insertTenant, nameBrands } from "./queries.ts";
import { registerTenants, TAG } from "./routes.ts";

export {
  findKitVersion,
  insertKit,
  type KitRow,
  listKits,
  listKitVersions,
  lockKits,
} from "./kit-queries.ts";
export {
  type Kit,
  type Look,
  NO_KIT,
  numberTexts,
  placeTexts,
  resolveKit,
  wearLook,
  wearsTexts,
} from "./kit-rules.ts";
export {
  askSecondFactor,
  asksSecondFactor,
  type Brand,
  getTenant,
  type ListedTenant,
  listBrands,
  listTenantIds,
  listTenants,
  suspendTenant,
  updateBrand,
} from "./queries.ts";

/** Companies and their brands. */
export const tenants: Feature = {
  name: "tenants",
  dependsOn: [],
  migrations: join(import.meta.dirname, "migrations"),
  // What a feature set aside, and replays: only owners meddle with a company's log.
  permissions: { "log.repair": [], "tenant.edit": ["admin"] },
  routes: registerTenants,
  names: { permission: null, list: nameBrands },
  tag: TAG,
};

/** Makes a company with its first brand and enters it, in the caller's transaction. */
export async function addTenant(
  database: Pick<Database, "enter">,
  directory: DirectoryTransaction,
  name: string,
): Promise<TenantTransaction> {
  const id = newId();
  await insertTenant(directory, { id, name });
  const tx = await database.enter(directory, id);
  const brand = { id: newId(), name, ...FIRST_LOOK };
  await insertBrand(tx, brand);
  await insertKit(tx, { ownerId: brand.id, version: 1, look: FIRST_LOOK, texts: null, by: null });
  return tx;
}

/** What a brand of the company wears. */
export async function findWorn(
  tx: TenantTransaction,
  brandId: string,
): Promise<ReturnType<typeof resolveKit>> {
  const kits = await listKits(tx);
  const of = (ownerId: string): Kit => kits.find((kit) => kit.ownerId === ownerId) ?? NO_KIT;
  return resolveKit(of(brandId), of(tx.tenantId));
}
