import { noteChange } from "../../platform/audit.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { isRefusal, refuse } from "../../platform/errors.ts";
import type { JobContext, Jobs } from "../../platform/jobs.ts";
import { listBranchNames } from "../branches/index.ts";
import { mayStillPut } from "./may-still-put.ts";
import { getVersion, mayStandOn, PUBLISH_TASK, putOn } from "./publish.ts";
import { lockPageRow } from "./queries.ts";
import { pageChanged } from "./routes.ts";
import { findPlan, lockPlan, type PlanRow, updatePlan } from "./version-queries.ts";

/** What was planned for a branch, at its time. */
export const pageJobs: Jobs = {
  [PUBLISH_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { planId } = payload as { planId: string };
      if (tenantId === null) return;
      await carryOut(context, { tenantId, planId });
    },
  },
};

/** A plan that cannot be carried out says why, for whoever made it. */
async function carryOut(
  { database, log }: JobContext,
  { tenantId, planId }: { tenantId: string; planId: string },
): Promise<void> {
  const plan = await database.inTenant(tenantId, (tx) => findPlan(tx, planId));
  if (plan?.state !== "waiting") return;
  const doer = {
    actor: { kind: "staff" as const, id: plan.madeBy ?? planId },
    action: PUBLISH_TASK,
    record: { kind: "pages", id: plan.pageId },
    isTold: false,
  };
  try {
    await database.changeTenant({ tenantId, branchIds: null, doer }, async (tx) => {
      const events = await putPlanned(tx, planId);
      return { result: null, events };
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.warn({ planId, branchId: plan.branchId }, "page not published");
    await database.changeTenant(tenantId, async (tx) => {
      await updatePlan(tx, { id: planId, state: "failed", reason: error.message });
      return { result: null, events: [pageChanged(tx, plan.pageId)] };
    });
  }
}

async function putPlanned(tx: TenantTransaction, planId: string) {
  const known = await findPlan(tx, planId);
  // The page first, as whoever publishes by hand does; the plan may have been called off meanwhile.
  const row = known && (await lockPageRow(tx, known.pageId));
  const plan = await lockPlan(tx, planId);
  if (!row || plan?.state !== "waiting") return [];
  if (row.archivedAt) throw refuse("conflict", "The page was archived.");
  const branch = (await listBranchNames(tx)).find(({ id }) => id === plan.branchId);
  if (!branch) throw refuse("not-found", "The branch is there no more.");
  if (!mayStandOn(row, branch)) throw refuse("conflict", "The branch is another brand's by now.");
  if (plan.madeBy !== null && !(await mayStillPut(tx, { ...plan, madeBy: plan.madeBy })))
    throw refuse("forbidden", "Whoever planned it may not put pages on this branch any more.");
  const made = await getVersion(tx, versionOf(plan));
  const events = await putOn(tx, made, { page: row, targets: [branch] });
  await updatePlan(tx, { id: planId, state: "done", reason: null });
  const { pageId, version, branchId } = plan;
  noteChange(tx, {
    kind: "pages",
    id: pageId,
    before: null,
    after: { version, branchIds: [branchId] },
  });
  return [...events, pageChanged(tx, pageId)];
}

const versionOf = ({ id, pageId, version, madeBy }: PlanRow) => ({
  ...{ pageId, version, by: madeBy ?? id },
});
