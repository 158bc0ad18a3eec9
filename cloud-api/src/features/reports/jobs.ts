import type { Jobs } from "../../platform/jobs.ts";
import { RECOUNT_TASK, workRecounts } from "./recount.ts";

export const reportJobs: Jobs = { [RECOUNT_TASK]: { work: workRecounts } };
