import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { reportHandlers, settleReports } from "./count.ts";
import { narrowCustomers, narrowFacts } from "./facts.ts";
import { reportJobs } from "./jobs.ts";
import { forgetReports } from "./recount-queries.ts";
import { reportRoutes, TAG } from "./routes.ts";

export { noteSessionsGone } from "./count.ts";
export { findCustomerUse } from "./customer-use-queries.ts";
export type { SumRow } from "./figure-queries.ts";
export { findTodayOf, readQuestion } from "./figures.ts";
export { readPeriod } from "./filter.ts";
export { EXPORT, noteTaking } from "./list-files.ts";
export { readNarrowingOf } from "./narrowing.ts";
export { findPlaces } from "./overview.ts";
export { fill, findAround, findAroundCompany, printFigure, printTable, sayAsked } from "./print.ts";
export {
  lastYear,
  listSlots,
  type Period,
  periodBefore,
  type Rise,
  riseOf,
} from "./rules.ts";
export type { OverviewReply } from "./schema.ts";
export { FILE_WORDS, FOUND_TABLES, keysOf, nameTable, TABLES } from "./tables.ts";
export type { CountedVisit } from "./visit-list-queries.ts";

/** Visits counted by place and time, in numbers that add up, each with who is behind it. */
export const reports: Feature = {
  name: "reports",
  dependsOn: ["tenants", "branches", "customers", "visits"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "reports.read": { roles: ["manager", "viewer"], covers: "branches" },
    "reports.edit": ["manager", "admin"],
  },
  routes: reportRoutes,
  handlers: reportHandlers,
  settle: settleReports,
  forget: forgetReports,
  hooks: { narrowCustomers, narrowFacts },
  jobs: reportJobs,
  tag: TAG,
};
