import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { selectFittingCustomers } from "./changes.ts";
import { segmentHandlers } from "./handlers.ts";
import { segmentJobs } from "./jobs.ts";
import { forgetMoments, nameSegments, selectSegmentCustomers } from "./queries.ts";
import { segmentRoutes, TAG } from "./routes.ts";
import { settledTypes, settleSegments } from "./settle.ts";

export { selectFittingCustomers } from "./changes.ts";
export { listTagsRead } from "./dependencies.ts";
export { lockSegments, selectLiveMembers, selectSegmentCustomers } from "./queries.ts";

/** Customers sorted by what is known of them: a tree of conditions, and who fits it now. */
export const segments: Feature = {
  name: "segments",
  dependsOn: ["tenants", "branches", "customers", "marks", "visits", "surveys", "scores"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "segments.read": ["manager", "viewer"],
    "segments.edit": ["manager", "marketer"],
  },
  routes: segmentRoutes,
  handlers: { ...settledTypes, ...segmentHandlers },
  settle: settleSegments,
  forget: forgetMoments,
  jobs: segmentJobs,
  hooks: { selectSegmentCustomers, selectFittingCustomers },
  names: { permission: "segments.read", list: nameSegments },
  tag: TAG,
};
