import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { listTenantIds } from "../tenants/index.ts";
import { isAnyPeakDue, keepPeaksDue } from "./peak-queries.ts";
import { lockToCount } from "./recount.ts";

export const PEAKS_TASK = "reports.peaks";
/** As many branches' days as are found while those who count visits wait for it. */
const DAYS_AT_ONCE = 500;
const STEPS_A_RUN = 100;

const askPeaks = (tx: TenantTransaction): Promise<void> =>
  enqueue(tx, { task: PEAKS_TASK, payload: {}, key: "run" });

/** Once an hour: for each company of which guests at once are to be found anew. */
export async function beginPeaks({ database }: Pick<JobContext, "database">): Promise<void> {
  for (const tenantId of await database.inDirectory(listTenantIds))
    await database.inTenant(tenantId, async (tx) => {
      if (await isAnyPeakDue(tx)) await askPeaks(tx);
    });
}

/** Keeps the peaks of some of the days that wait, under the lock of those who count. */
export const keepNextPeaks = (
  { database }: Pick<JobContext, "database">,
  tenantId: string,
  daysAtOnce = DAYS_AT_ONCE,
): Promise<"more" | "done"> =>
  database.inTenant(tenantId, async (tx) => {
    await lockToCount(tx);
    return (await keepPeaksDue(tx, daysAtOnce)) < daysAtOnce ? "done" : "more";
  });

/** Keeps those of a company, some days a transaction, and has what is left kept by another run. */
export async function workPeaks(
  context: JobContext,
  { tenantId }: { tenantId: string | null },
): Promise<void> {
  if (tenantId === null) return;
  for (let steps = 0; steps < STEPS_A_RUN; steps += 1)
    if ((await keepNextPeaks(context, tenantId)) === "done") return;
  await context.database.inTenant(tenantId, askPeaks);
}
