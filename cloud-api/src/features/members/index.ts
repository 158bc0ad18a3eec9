import type { Feature } from "../../feature.ts";
import { memberRoutes, TAG } from "./routes.ts";

/**
 * The company's members, with the tier and the points they have over all brands, and apart from them
 * the customers of one brand, with what they did there. Each list has a right of its own.
 */
export const members: Feature = {
  name: "members",
  dependsOn: ["tenants", "branches", "customers", "marks", "visits", "scores"],
  permissions: {
    "members.read": { roles: ["manager", "viewer"], covers: "customers" },
    "brand-customers.read": { roles: ["manager", "viewer"], covers: "branches" },
  },
  routes: memberRoutes,
  tag: TAG,
};
