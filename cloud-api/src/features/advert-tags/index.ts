import { join } from "node:path";
import type { AdvertTags } from "@foyer/contract";
import type { Feature } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { advertHandlers } from "./handlers.ts";
import { registerMetaAccess } from "./meta-routes.ts";
import { findTags, listTaggedBrands } from "./queries.ts";
import { listBrandOfBranches, registerAdvertTags, TAG } from "./routes.ts";
import { advertJobs } from "./send.ts";

export { purgeAdvertEvents } from "./queries.ts";

/** Advertisers' tags on guest pages: whose they are, for which brands, and what was told by them. */
export const advertTags: Feature = {
  name: "advert-tags",
  dependsOn: ["tenants", "branches", "customers"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "advert-tags.read": ["manager", "viewer"],
    "advert-tags.edit": ["manager", "marketer"],
  },
  routes: (routes, context) => {
    registerAdvertTags(routes, context);
    registerMetaAccess(routes, context);
  },
  handlers: advertHandlers,
  jobs: advertJobs,
  hooks: { findAdvertTags },
  tag: TAG,
};

/** The tags of a branch's pages; null: its brand has none. */
async function findAdvertTags(tx: TenantTransaction, branchId: string): Promise<AdvertTags | null> {
  const tags = await findTags(tx);
  if ((tags.metaPixelId ?? tags.googleTagId) === null) return null;
  const brandId = (await listBrandOfBranches(tx)).get(branchId) ?? "";
  return (await listTaggedBrands(tx)).includes(brandId) ? tags : null;
}
