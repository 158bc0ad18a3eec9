import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { deleteActionRows, findAction, lockAction, noteCleaned } from "./action-queries.ts";
import { isBusy } from "./rules.ts";
import { BATCH_CUSTOMERS, takeStep } from "./steps.ts";

export const RUN_TASK = "customer-lists.run";
export const CLEAN_TASK = "customer-lists.clean";
/** A job gives its place to others, and lets a process end, after this time. */
const SLICE_MS = 10_000;
/** A job whose process was killed is begun again after so long beyond its slice. */
const GRACE_MS = 60_000;
const WAIT_MS = 300;

export const listJobs: Jobs = {
  [RUN_TASK]: { work: async (context, task) => withAction(context, task, run) },
  [CLEAN_TASK]: { work: async (context, task) => withAction(context, task, clean) },
};

type Named = { tenantId: string; actionId: string };

async function withAction(
  context: JobContext,
  { tenantId, payload }: { tenantId: string | null; payload: unknown },
  work: (context: JobContext, named: Named) => Promise<void>,
): Promise<void> {
  if (tenantId === null) return;
  await work(context, { tenantId, actionId: (payload as { actionId: string }).actionId });
}

/** Steps through an action for a while, and leaves word for whoever goes on. */
async function run(context: JobContext, named: Named): Promise<void> {
  const until = Date.now() + SLICE_MS;
  // The next run is there before this one begins: a process that is killed leaves nothing waiting.
  await runAgain(context, named, SLICE_MS + GRACE_MS);
  let window = BATCH_CUSTOMERS;
  for (;;) {
    const row = await context.database.inTenant(named.tenantId, (tx) =>
      findAction(tx, named.actionId),
    );
    if (!row || !isBusy(row)) return;
    const step = await takeStep(context, { ...named, window }, row);
    window = step.window;
    if (step.kind === "wait") return await runAgain(context, named, WAIT_MS);
    if (step.kind === "more" && Date.now() > until) return await runAgain(context, named, 0);
  }
}

function runAgain({ database }: JobContext, { tenantId, actionId }: Named, milliseconds: number) {
  return database.inTenant(tenantId, (tx) => {
    const runAt = new Date(tx.now.getTime() + milliseconds);
    return enqueue(tx, { task: RUN_TASK, payload: { actionId }, runAt, key: actionId });
  });
}

/** Whom it was about is kept no longer than it can be undone; its figures stay. */
async function clean({ database }: JobContext, { tenantId, actionId }: Named): Promise<void> {
  for (let isThrough = false; !isThrough; )
    isThrough = await database.inTenant(tenantId, async (tx) => {
      const row = await lockAction(tx, actionId);
      if (!row) return true;
      const gone = await deleteActionRows(tx, { actionId, limit: BATCH_CUSTOMERS });
      if (gone === BATCH_CUSTOMERS) return false;
      await noteCleaned(tx, actionId);
      return true;
    });
}
