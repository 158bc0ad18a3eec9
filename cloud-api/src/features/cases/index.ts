import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { registerActions, registerChanges } from "./change-routes.ts";
import { caseHandlers } from "./handlers.ts";
import { caseJobs } from "./mails.ts";
import { CASE_PERMISSIONS } from "./permissions.ts";
import { registerMailChoice, registerReport } from "./report-routes.ts";
import { registerCases, registerPicking, TAG } from "./routes.ts";

export { purgeResults } from "./action-queries.ts";
export { findReasons } from "./reasons.ts";
export { type CaseSums, listCaseSums, sumActions, sumCases } from "./report-queries.ts";

export const CASES_PERMISSION = "cases.read";

/** Low answers as something to do: with an owner, a time, what was done to make good, and a report. */
export const cases: Feature = {
  name: "cases",
  dependsOn: ["access", "branches", "customers", "surveys"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: CASE_PERMISSIONS,
  routes: (routes, context) => {
    registerCases(routes, context);
    registerPicking(routes, context);
    registerChanges(routes, context);
    registerActions(routes, context);
    registerReport(routes, context);
    registerMailChoice(routes, context);
  },
  handlers: caseHandlers,
  jobs: caseJobs,
  tag: TAG,
};
