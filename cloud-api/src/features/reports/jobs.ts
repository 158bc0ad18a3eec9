import type { Jobs } from "../../platform/jobs.ts";
import { beginChecks, CHECK_TASK, workCheck } from "./check.ts";
import { beginDue, DUE_TASK, workDue } from "./due.ts";
import { RECOUNT_TASK, workRecounts } from "./recount.ts";

export const reportJobs: Jobs = {
  [RECOUNT_TASK]: { work: workRecounts },
  "reports.nightly": { cron: "11 19 * * *", work: beginChecks },
  [CHECK_TASK]: { work: workCheck },
  "reports.hourly": { cron: "41 * * * *", work: beginDue },
  [DUE_TASK]: { work: workDue },
};
