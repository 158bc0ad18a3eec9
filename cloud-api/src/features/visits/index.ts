import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { finishBrandMoves } from "../branches/index.ts";
import { forgetBrandCustomers } from "./brand-customers-queries.ts";
import { moveJobs } from "./brand-moves.ts";
import { settleVisits, visitHandlers } from "./handlers.ts";
import { answerGuestQuestions, findKnownGuests, lookForGuests } from "./known-guests.ts";
import { countHereByBox } from "./page-queries.ts";
import { forgetVisits } from "./queries.ts";
import { visitRoutes } from "./routes.ts";

export { listOnlineSessions, type OnlineSession } from "./online-queries.ts";
export { countHereByBranch } from "./page-queries.ts";
export { readBranchIds } from "./read-places.ts";
export { purgeSessions } from "./session-queries.ts";
export { findViewedCustomer, type ViewedCustomer } from "./viewer-queries.ts";

/** Who came when, how often, and who is here now. */
export const visits: Feature = {
  name: "visits",
  // Known guests are told with their marks: its cursor may not pass the one that notes their changes.
  dependsOn: ["branches", "customers", "marks"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: {
    "visits.read": { roles: ["manager", "viewer", "cashier"], covers: "branches" },
    "visits.disconnect": { roles: ["manager"], covers: "branches" },
  },
  routes: visitRoutes,
  handlers: visitHandlers,
  settle: settleVisits,
  forget: async (tx) => {
    await forgetVisits(tx);
    await forgetBrandCustomers(tx);
    await finishBrandMoves(tx);
  },
  jobs: moveJobs,
  hooks: {
    findKnownGuests,
    lookForGuests,
    answerGuestQuestions,
    countOpenVisitsByBox: async (tx) => {
      const rows = await countHereByBox(tx);
      return new Map(rows.map(({ boxId, count }) => [boxId, count]));
    },
  },
  tag: { name: "visits", description: "Who came when, how often, and who is here now" },
};
