import type { Feature } from "../../feature.ts";
import { breakdownRoutes, TAG } from "./routes.ts";

/** Customers counted by any field that is kept of them, and who they are. */
export const breakdowns: Feature = {
  name: "breakdowns",
  dependsOn: ["branches", "customers", "marks", "visits"],
  permissions: { "breakdowns.read": ["manager", "viewer"] },
  routes: breakdownRoutes,
  tag: TAG,
};
