import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { segmentHandlers } from "./handlers.ts";
import { forgetMoments, selectSegmentCustomers } from "./queries.ts";
import { segmentRoutes, TAG } from "./routes.ts";

/** Customers sorted by what is known of them: a tree of conditions, judged as of now. */
export const segments: Feature = {
  name: "segments",
  dependsOn: ["branches", "customers", "marks", "visits", "surveys"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "segments.read": ["manager", "viewer"],
    "segments.edit": ["manager", "marketer"],
  },
  routes: segmentRoutes,
  handlers: segmentHandlers,
  forget: forgetMoments,
  hooks: { selectSegmentCustomers },
  tag: TAG,
};
