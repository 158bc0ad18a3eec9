import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { newId } from "../../platform/clock.ts";
import type { Database, DirectoryTransaction, TenantTransaction } from "../../platform/db.ts";
import { insertBrand, insertTenant } from "./queries.ts";
import { registerTenants, TAG } from "./routes.ts";

export {
  askSecondFactor,
  asksSecondFactor,
  type Brand,
  type ListedTenant,
  listBrands,
  listTenantIds,
  listTenants,
  suspendTenant,
} from "./queries.ts";

/** Companies and their brands. */
export const tenants: Feature = {
  name: "tenants",
  dependsOn: [],
  migrations: join(import.meta.dirname, "migrations"),
  // What a feature set aside, and replays: only owners meddle with a company's log.
  permissions: { "log.repair": [], "tenant.edit": ["admin"] },
  routes: registerTenants,
  tag: TAG,
};

const FIRST_ACCENT_COLOUR = "#0b6e4f";

/** Makes a company with its first brand and enters it, in the caller's transaction. */
export async function addTenant(
  database: Pick<Database, "enter">,
  directory: DirectoryTransaction,
  name: string,
): Promise<TenantTransaction> {
  const id = newId();
  await insertTenant(directory, { id, name });
  const tx = await database.enter(directory, id);
  await insertBrand(tx, { id: newId(), name, accentColour: FIRST_ACCENT_COLOUR, logo: null });
  return tx;
}
