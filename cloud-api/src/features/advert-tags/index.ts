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
  hooks: { listAdvertTags },
  tag: TAG,
};

/** The tags of the pages of branches, by branch; one whose brand has none is not in it. */
async function listAdvertTags(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<ReadonlyMap<string, AdvertTags>> {
  const tags = await findTags(tx);
  if ((tags.metaPixelId ?? tags.googleTagId) === null) return new Map();
  const brandOf = await listBrandOfBranches(tx);
  const tagged = new Set(await listTaggedBrands(tx));
  const own = branchIds.filter((id) => tagged.has(brandOf.get(id) ?? ""));
  return new Map(own.map((id) => [id, tags]));
}
