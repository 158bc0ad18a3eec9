import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { registerBoxUpgrades } from "./box-routes.ts";
import { upgradeJobs } from "./jobs.ts";
import { registerReleases } from "./operator-routes.ts";
import { registerRollouts } from "./rollout-routes.ts";
import { registerUpgrades } from "./routes.ts";

/** Releases that boxes are offered, ring by ring, and what became of them. */
export const upgrades: Feature = {
  name: "upgrades",
  dependsOn: ["tenants", "branches", "boxes"],
  migrations: join(import.meta.dirname, "migrations"),
  routes: (routes, context) => {
    registerBoxUpgrades(routes, context);
    registerReleases(routes, context);
    registerRollouts(routes, context);
    registerUpgrades(routes, context);
  },
  jobs: upgradeJobs,
};
