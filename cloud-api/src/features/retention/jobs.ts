import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { JobContext, Jobs } from "../../platform/jobs.ts";
import { enqueue } from "../../platform/jobs.ts";
import { expireGuests } from "../customers/index.ts";
import { listTenantIds } from "../tenants/index.ts";
import { BATCH_ROWS, type Days, daysOf, STEPS, type Step } from "./purge.ts";
import { findLastRun, insertPurge, listRuleRows, purgePurges } from "./queries.ts";
import { cutOff, judgeRun, type LastRun } from "./rules.ts";

const PURGE_TASK = "retention.purge-tenant";
/** Of one kind in one run: the next night goes on. */
const BATCHES_MAX = 400;
/** The log of what was removed is itself kept so long. */
const LOG_DAYS = 3 * 365;

export const retentionJobs: Jobs = {
  // Each hour, since a worker may have been away at any: a tenant's own run is once a day.
  "retention.purge": {
    cron: "47 * * * *",
    work: async ({ database }) => {
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, (tx) =>
          enqueue(tx, { task: PURGE_TASK, payload: {}, key: tenantId }),
        );
    },
  },
  [PURGE_TASK]: {
    work: async (context, { tenantId }) => {
      if (tenantId !== null) await purgeTenant(context, tenantId);
    },
  },
};

/** Removes what a company keeps no longer, in batches, and notes what it was. */
export async function purgeTenant(context: JobContext, tenantId: string): Promise<void> {
  const { database, log } = context;
  const begun = await database.inTenant(tenantId, begin);
  if (begun === null) return;
  const { days, runId } = begun;
  const removed: Record<string, number> = {};
  let isThrough = true;
  for (const step of STEPS) {
    const done = await purgeStep(context, { tenantId, step, days });
    if (done.removed > 0) removed[step.counted] = done.removed;
    isThrough &&= done.isThrough;
  }
  const expired = await database.changeTenant(tenantId, async (tx) => {
    const before = cutOff(tx.now, days.guestDays);
    const events = await expireGuests(tx, { before, limit: BATCH_ROWS });
    return { result: events.length, events };
  });
  if (expired > 0) removed.guests = expired;
  const outcome = isThrough && expired < BATCH_ROWS ? "done" : "unfinished";
  await database.inTenant(tenantId, async (tx) => {
    await note(tx, { id: runId, days, removed, outcome });
    await purgePurges(tx, cutOff(tx.now, LOG_DAYS));
  });
  log.info({ tenantId, removed, outcome }, "what was kept for long enough is removed");
}

/** Null: nothing is to be removed now. */
async function begin(tx: TenantTransaction): Promise<{ days: Days; runId: string } | null> {
  const judged = judgeRun(await findLastRun(tx), tx.now);
  const days = daysOf(await listRuleRows(tx));
  if (judged === "go") return { days, runId: newId() };
  if (judged === "put-off") await note(tx, { id: newId(), days, removed: {}, outcome: "put-off" });
  return null;
}

type Noted = {
  id: string;
  days: Days;
  removed: Record<string, number>;
  outcome: LastRun["outcome"];
};

const note = (tx: TenantTransaction, noted: Noted): Promise<void> =>
  insertPurge(tx, { ...noted, branchId: null, boxId: null, at: tx.now });

async function purgeStep(
  { database }: JobContext,
  { tenantId, step, days }: { tenantId: string; step: Step; days: Days },
): Promise<{ removed: number; isThrough: boolean }> {
  let removed = 0;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const done = await database.changeTenant(tenantId, async (tx) => {
      const { events = [], ...result } = await step.purge(tx, days);
      return { result, events };
    });
    removed += done.removed;
    if (done.isThrough) return { removed, isThrough: true };
  }
  return { removed, isThrough: false };
}
