import type { TenantTransaction } from "../../platform/db.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { listTenantIds } from "../tenants/index.ts";
import { isAnyDue, type KeptByDay } from "./due-queries.ts";
import { keepPeaksDue } from "./peak-queries.ts";
import { lockToCount } from "./recount.ts";
import { keepUseDue } from "./use-sum-queries.ts";

/** Named after what was kept so first: what an earlier release asked for goes by it. */
export const DUE_TASK = "reports.peaks";
/** As many branches' days as are found while those who count visits wait for it. */
const DAYS_AT_ONCE = 500;
const STEPS_A_RUN = 100;

/** What is kept by the day, and by what: each says of how many days it was found anew. */
const KEEPERS: Readonly<
  Record<KeptByDay, (tx: TenantTransaction, limit: number) => Promise<number>>
> = { report_peaks: keepPeaksDue, report_use: keepUseDue };

const askDue = (tx: TenantTransaction): Promise<void> =>
  enqueue(tx, { task: DUE_TASK, payload: {}, key: "run" });

/** Once an hour: for each company of which the numbers of some day are to be found anew. */
export async function beginDue({ database }: Pick<JobContext, "database">): Promise<void> {
  for (const tenantId of await database.inDirectory(listTenantIds))
    await database.inTenant(tenantId, async (tx) => {
      const isDue = (await isAnyDue(tx, "report_peaks")) || (await isAnyDue(tx, "report_use"));
      if (isDue) await askDue(tx);
    });
}

/** Keeps one kind of numbers of some of the days that wait, under the lock of those who count. */
export const keepNext = (
  { database }: Pick<JobContext, "database">,
  {
    tenantId,
    kept,
    daysAtOnce,
  }: { tenantId: string; kept: KeptByDay; daysAtOnce?: number | undefined },
): Promise<"more" | "done"> =>
  database.inTenant(tenantId, async (tx) => {
    const most = daysAtOnce ?? DAYS_AT_ONCE;
    await lockToCount(tx);
    return (await KEEPERS[kept](tx, most)) < most ? "done" : "more";
  });

/** Keeps those of a company, some days a transaction, and has what is left kept by another run. */
export async function workDue(
  context: JobContext,
  { tenantId }: { tenantId: string | null },
): Promise<void> {
  if (tenantId === null) return;
  const waiting = new Set<KeptByDay>(["report_peaks", "report_use"]);
  for (let steps = 0; steps < STEPS_A_RUN && waiting.size > 0; steps += 1)
    for (const kept of waiting)
      if ((await keepNext(context, { tenantId, kept })) === "done") waiting.delete(kept);
  if (waiting.size > 0) await context.database.inTenant(tenantId, askDue);
}
