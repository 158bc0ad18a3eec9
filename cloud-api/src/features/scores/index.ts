import { join } from "node:path";
import type { Feature } from "../../feature.ts";
import { READ } from "./grid-routes.ts";
import { forgetScores } from "./queries.ts";
import { scoreRoutes, TAG } from "./routes.ts";
import { scoreHandlers, scoreJobs, settleScores } from "./score.ts";

export { findGrid as findScoreGrid } from "./grid-routes.ts";
export type { GridReply as ScoreGrid } from "./grid-schema.ts";
export { listScores } from "./queries.ts";

export const SCORES_PERMISSION = READ.access.permission;

/** What customers' visits are worth (length, recency, frequency), and the tiers they have for it. */
export const scores: Feature = {
  name: "scores",
  dependsOn: ["tenants", "customers", "marks", "visits"],
  migrations: join(import.meta.dirname, "migrations"),
  permissions: { "scores.read": ["manager", "viewer"], "scores.edit": ["manager"] },
  routes: scoreRoutes,
  handlers: scoreHandlers,
  settle: settleScores,
  forget: forgetScores,
  jobs: scoreJobs,
  tag: TAG,
};
