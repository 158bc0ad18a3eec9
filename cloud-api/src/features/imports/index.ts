import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { downloadRoutes } from "./download-routes.ts";
import { importHandlers } from "./handlers.ts";
import { importJobs } from "./jobs.ts";
import { importRoutes, TAG } from "./routes.ts";

export { readBirthday } from "./rules.ts";

/** Customers out of files that staff send: looked through first, brought in batch by batch. */
export const imports: Feature = {
  name: "imports",
  dependsOn: ["branches", "customers", "marks"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "imports.edit": ["manager"] },
  routes: (routes, context) => {
    importRoutes(routes, context);
    downloadRoutes(routes, context);
  },
  handlers: importHandlers,
  jobs: importJobs,
  tag: TAG,
};
