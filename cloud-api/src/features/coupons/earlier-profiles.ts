import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { listUnrewarded } from "./coupon-queries.ts";
import { rewardProfile } from "./profile.ts";

const TASK = "coupons.earlier-profiles";
/** So many customers are looked at in one transaction: a log that is held makes others wait. */
const BATCH_CUSTOMERS = 100;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Has the profiles that are complete already rewarded, as each would be with its next change. */
export const rewardEarlierLater = (tx: TenantTransaction): Promise<void> =>
  enqueue(tx, { task: TASK, payload: {} });

export const earlierProfileJobs: Jobs = {
  [TASK]: {
    work: async (context, { tenantId }) => {
      let after: string | null = FIRST_ID;
      while (tenantId !== null && after !== null)
        after = await rewardBatch(context, { tenantId, after });
    },
  },
};

/** Gives where the next batch begins; null: all are through. Run twice, it gives nothing twice. */
function rewardBatch(
  { database }: Pick<JobContext, "database">,
  { tenantId, after }: { tenantId: string; after: string },
): Promise<string | null> {
  return database.changeTenant<string | null>(tenantId, async (tx) => {
    const customerIds = await listUnrewarded(tx, { after, limit: BATCH_CUSTOMERS });
    const events: NewEvent[] = [];
    for (const id of customerIds) events.push(...(await rewardProfile(tx, id)));
    return { result: customerIds.at(-1) ?? null, events };
  });
}
