import type { TenantTransaction } from "../../platform/db.ts";
import { isReplaying } from "../../platform/follow-progress.ts";
import { enqueue, type JobContext } from "../../platform/jobs.ts";
import { beginClocks, lockReports, noteSumsAnew } from "./count-queries.ts";
import { insertRecounts, listBranchIds, recountBranch, takeRecount } from "./recount-queries.ts";
import { isCompanyStale, sumCompanyReturns } from "./return-queries.ts";

export const RECOUNT_TASK = "reports.recount";
/** How soon is looked again whether a replay has ended. */
const REPLAY_REST_MS = 5000;
/** What is counted, and where it is noted. */
const SOURCES = ["branches", "customers", "marks", "visits", "reports"];
const STEPS_A_RUN = 100;

/** Has branches counted anew in the background. */
export async function askRecount(
  tx: TenantTransaction,
  branchIds: readonly string[],
): Promise<void> {
  if (tx.replaying) return;
  await insertRecounts(tx, branchIds);
  await enqueueRecounts(tx);
}

/** Has the worker count what waits. */
export const enqueueRecounts = (tx: TenantTransaction): Promise<void> =>
  enqueue(tx, { task: RECOUNT_TASK, payload: {}, key: "run" });

export async function recountAll(tx: TenantTransaction): Promise<void> {
  await askRecount(tx, await listBranchIds(tx));
}

/** Locks what is counted; where a release with other sums counted in between, has all of it counted anew. */
export async function lockToCount(tx: TenantTransaction): Promise<void> {
  if (!(await lockReports(tx)) || tx.replaying) return;
  await recountAll(tx);
  await noteSumsAnew(tx);
}

type Step = "more" | "done" | "replaying";

/** Counts the next branch that waits, and after the last one some of the customers over all of them. */
export function recountNext(
  { database }: Pick<JobContext, "database">,
  tenantId: string,
  companyDaysAtOnce?: number,
): Promise<Step> {
  return database.inTenant<Step>(tenantId, async (tx) => {
    await lockReports(tx);
    if (await isReplaying(tx, SOURCES)) return "replaying";
    const branchId = await takeRecount(tx);
    if (branchId === null) {
      if (!(await isCompanyStale(tx))) return "done";
      return (await sumCompanyReturns(tx, companyDaysAtOnce)) ? "more" : "done";
    }
    await beginClocks(tx);
    await recountBranch(tx, branchId);
    return "more";
  });
}

/** Counts the branches of a company that wait, a step each transaction; `payload.all`: puts all in first. */
export async function workRecounts(
  context: JobContext,
  { tenantId, payload }: { tenantId: string | null; payload: unknown },
): Promise<void> {
  if (tenantId === null) return;
  if ((payload as { all?: unknown } | null)?.all === true)
    await context.database.inTenant(tenantId, async (tx) =>
      insertRecounts(tx, await listBranchIds(tx)),
    );
  let step: Step = "more";
  for (let steps = 0; step === "more" && steps < STEPS_A_RUN; steps += 1)
    step = await recountNext(context, tenantId);
  if (step === "done") return;
  const rest = step === "replaying" ? REPLAY_REST_MS : 0;
  const runAt = new Date(context.clock().getTime() + rest);
  await context.database.inTenant(tenantId, (tx) =>
    enqueue(tx, { task: RECOUNT_TASK, payload: {}, key: "run", runAt }),
  );
}
