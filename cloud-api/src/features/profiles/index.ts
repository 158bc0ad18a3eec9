import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { profileRoutes, TAG } from "./routes.ts";

/** The page where a customer sees, corrects and completes what is known of them. */
export const profiles: Feature = {
  name: "profiles",
  dependsOn: ["tenants", "customers", "coupons", "places"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "profiles.link": ["manager"] },
  routes: profileRoutes,
  tag: TAG,
};
