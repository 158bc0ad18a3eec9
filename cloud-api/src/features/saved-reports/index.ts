import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { mailJobs } from "./mails.ts";
import { nameSaved } from "./queries.ts";
import { SHARE } from "./rights.ts";
import { savedRoutes, TAG } from "./routes.ts";

/** Reports by the names that staff gave them: opened again, shared, set against other days. */
export const savedReports: Feature = {
  name: "saved-reports",
  dependsOn: [
    ...["tenants", "access", "branches", "customers", "surveys", "cases", "scores", "breakdowns"],
    ...["reports", "sign-in-funnel"],
  ],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "saved-reports.keep": { roles: ["manager", "viewer"], covers: "branches" },
    [SHARE]: { roles: ["manager", "marketer"], covers: "branches" },
  },
  routes: savedRoutes,
  jobs: mailJobs,
  names: { permission: "reports.read", list: nameSaved },
  tag: TAG,
};
