import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { deliverDue, type Place, wakeWhenDue } from "./deliver.ts";
import { openLanes } from "./lanes.ts";
import { mailNotice, type NoticeTask } from "./notices.ts";
import { DELIVER_TASK, NOTICE_TASK } from "./tasks.ts";

/** Of the worker's places, so that other jobs always find some. */
const LANES = { all: 6, perTenant: 2 };
/** Whoever finds no lane comes back after this. */
const NO_LANE_MILLISECONDS = 2000;

const lanes = openLanes(LANES);

export const webhookJobs: Jobs = {
  [DELIVER_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { endpointId } = payload as { endpointId: string };
      if (tenantId !== null) await deliver(context, { tenantId, endpointId });
    },
  },
  [NOTICE_TASK]: {
    work: async (context, { tenantId, payload }) => {
      if (tenantId !== null) await mailNotice(context, tenantId, payload as NoticeTask);
    },
  },
};

export async function deliver(context: JobContext, place: Place): Promise<void> {
  const { tenantId, endpointId } = place;
  const leave = lanes.take(place);
  if (leave === null) {
    await context.database.inTenant(tenantId, (tx) => {
      const runAt = new Date(tx.now.getTime() + NO_LANE_MILLISECONDS);
      return enqueue(tx, { task: DELIVER_TASK, payload: { endpointId }, runAt, key: endpointId });
    });
    return;
  }
  try {
    await deliverDue(context, place);
  } finally {
    leave();
  }
  await context.database.inTenant(tenantId, (tx) => wakeWhenDue(tx, endpointId));
}
