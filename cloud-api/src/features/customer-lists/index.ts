import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { forgetTouched } from "./action-queries.ts";
import { actionRoutes, TAG } from "./action-routes.ts";
import { listJobs } from "./jobs.ts";
import { permissions } from "./permissions.ts";
import { settleTouched, touchingTypes } from "./touched.ts";
import { nameViews } from "./view-queries.ts";
import { viewRoutes } from "./view-routes.ts";

/** The list of customers as work: views that are kept, and what is done to all of a filter at once. */
export const customerLists: Feature = {
  name: "customer-lists",
  dependsOn: ["access", "branches", "customers", "marks", "segments"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions,
  routes: (routes, context) => {
    viewRoutes(routes, context);
    actionRoutes(routes, context);
  },
  handlers: touchingTypes,
  settle: settleTouched,
  forget: forgetTouched,
  jobs: listJobs,
  names: { permission: "customers.read", list: nameViews },
  tag: TAG,
};
