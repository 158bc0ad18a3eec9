import type { Jobs } from "../../platform/jobs.ts";
import { advanceRollouts } from "./rollout.ts";

export const upgradeJobs: Jobs = {
  "upgrades.advance": { cron: "*/5 * * * *", work: advanceRollouts },
};
