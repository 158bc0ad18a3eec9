import type { Feature } from "../../feature.ts";
import { breakdownRoutes, READ, TAG } from "./routes.ts";

export { type Breakdown, findBreakdown, listFields } from "./counts.ts";
export { findDayEnd } from "./queries.ts";
export const BREAKDOWN_PERMISSION = READ.access.permission;

/** Customers counted by any field that is kept of them, and who they are. */
export const breakdowns: Feature = {
  name: "breakdowns",
  dependsOn: ["branches", "customers", "marks", "visits"],
  permissions: { "breakdowns.read": ["manager", "viewer"] },
  routes: breakdownRoutes,
  tag: TAG,
};
