import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { followerHandlers } from "./handlers.ts";
import { followerJobs } from "./jobs.ts";
import { followerRoutes, TAG } from "./routes.ts";
import { webhookRoutes } from "./webhook-routes.ts";

/** Followers of a company's Zalo Official Accounts: as customers, and who still follows. */
export const zaloFollowers: Feature = {
  name: "zalo-followers",
  dependsOn: ["tenants", "branches", "channels", "customers", "imports"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "zalo-followers.read": ["manager", "viewer"],
    "zalo-followers.edit": ["manager"],
  },
  routes: (routes, context) => {
    followerRoutes(routes, context);
    webhookRoutes(routes, context);
  },
  handlers: followerHandlers,
  jobs: followerJobs,
  tag: TAG,
};
