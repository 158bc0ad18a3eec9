import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { isReplaying } from "../../platform/follow-progress.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { countWalked, listCustomersAfter } from "../customers/index.ts";
import { listTenantIds } from "../tenants/index.ts";
import { listSuspects } from "./check-queries.ts";
import {
  deleteStrayMembers,
  endJudging,
  type JudgingRow,
  listJudgings,
  moveJudging,
  recountMembers,
} from "./judging-queries.ts";
import {
  type Cause,
  DUE_TASK,
  judgeCustomers,
  readDefinitions,
  resetAlarm,
  toEvent,
} from "./membership.ts";
import { deleteDue, listDue, lockMembers } from "./membership-queries.ts";
import { JUDGE_TASK, SOURCES } from "./settle.ts";

/** So many customers are judged in one transaction: whoever else judges waits for its end. */
const BATCH_CUSTOMERS = 500;
/** After so many batches a job puts itself in again: a worker that stops waits for none for long. */
const BATCHES_A_RUN = 40;
/** How soon is looked again whether a replay has ended. */
const REPLAY_REST_MS = 5000;

const CHECK_TASK = "segments.check-tenant";

export const segmentJobs: Jobs = {
  [DUE_TASK]: {
    work: (context, { tenantId }) => repeat(context, tenantId, { task: DUE_TASK, key: "due" }),
  },
  [JUDGE_TASK]: {
    work: (context, { tenantId }) => repeat(context, tenantId, { task: JUDGE_TASK, key: "judge" }),
  },
  "segments.check": {
    cron: "23 3 * * *",
    work: async ({ database }) => {
      for (const tenantId of await database.inDirectory(listTenantIds))
        await database.inTenant(tenantId, (tx) =>
          enqueue(tx, { task: CHECK_TASK, payload: {}, key: tenantId }),
        );
    },
  },
  [CHECK_TASK]: {
    work: async (context, { tenantId }) => {
      if (tenantId !== null) await checkMembers(context, tenantId);
    },
  },
};

type Step = "more" | "done" | "replaying";

const STEPS: Record<string, (context: JobContext, tenantId: string) => Promise<Step>> = {
  [DUE_TASK]: fireDue,
  [JUDGE_TASK]: judgeNext,
};

async function repeat(
  context: JobContext,
  tenantId: string | null,
  { task, key }: { task: string; key: string },
): Promise<void> {
  if (tenantId === null) return;
  let step: Step = "more";
  for (let batch = 0; step === "more" && batch < BATCHES_A_RUN; batch += 1)
    step = (await STEPS[task]?.(context, tenantId)) ?? "done";
  if (step === "done") return;
  const rest = step === "replaying" ? REPLAY_REST_MS : 0;
  const runAt = new Date(context.clock().getTime() + rest);
  await context.database.inTenant(tenantId, (tx) => enqueue(tx, { task, payload: {}, key, runAt }));
}

/** Judges some of those whose moment has come, and sets the alarm for the next. */
export function fireDue({ database }: JobContext, tenantId: string): Promise<Step> {
  return database.changeTenant<Step>(tenantId, async (tx) => {
    const alarm = await lockMembers(tx);
    if (await isReplaying(tx, SOURCES)) return { result: "replaying", events: [] };
    const customerIds = await listDue(tx, BATCH_CUSTOMERS);
    const events = await judgeByTime(tx, { customerIds, cause: "time", alarm });
    const isDone = customerIds.length < BATCH_CUSTOMERS;
    if (isDone) await resetAlarm(tx);
    return { result: isDone ? "done" : "more", events };
  });
}

type ByTime = { customerIds: readonly string[]; cause: Cause; alarm: { dueAt: Date | null } };

/** Judges customers by every segment whose answer time may change. */
async function judgeByTime(
  tx: TenantTransaction,
  { customerIds, cause, alarm }: ByTime,
): Promise<NewEvent[]> {
  const definitions = await readDefinitions(tx);
  const timed = definitions.segments.filter(({ id }) => definitions.readings.get(id)?.isTimed);
  if (timed.length === 0) await deleteDue(tx, customerIds);
  const wanted = customerIds.map((customerId) => ({ customerId, segments: timed }));
  return judgeCustomers(tx, { definitions, wanted, cause, alarm });
}

/** Judges the next customers by the segments that have come least far. */
export function judgeNext({ database }: JobContext, tenantId: string): Promise<Step> {
  return database.changeTenant<Step>(tenantId, async (tx) => {
    const alarm = await lockMembers(tx);
    if (await isReplaying(tx, SOURCES)) return { result: "replaying", events: [] };
    const judgings = await listJudgings(tx);
    const [doneTo] = judgings.map((each) => each.doneTo).toSorted();
    if (doneTo === undefined) return { result: "done", events: [] };
    const together = judgings.filter((each) => each.doneTo === doneTo);
    const ids = new Set(together.map(({ segmentId }) => segmentId));
    const customerIds = await listCustomersAfter(tx, { after: doneTo, limit: BATCH_CUSTOMERS });
    const definitions = await readDefinitions(tx);
    const segments = definitions.segments.filter(({ id }) => ids.has(id));
    const wanted = customerIds.map((customerId) => ({ customerId, segments }));
    await judgeCustomers(tx, { definitions, wanted, cause: null, alarm });
    const events = await noteJudged(tx, { together, customerIds });
    return { result: "more", events };
  });
}

type Judged = { together: readonly JudgingRow[]; customerIds: readonly string[] };

/** How far it has come, or that it is through. */
async function noteJudged(
  tx: TenantTransaction,
  { together, customerIds }: Judged,
): Promise<NewEvent[]> {
  const segmentIds = together.map(({ segmentId }) => segmentId);
  const last = customerIds.at(-1);
  if (last !== undefined && customerIds.length === BATCH_CUSTOMERS) {
    const known = together[0]?.total ?? 0;
    const total = known > 0 ? known : await countWalked(tx);
    await moveJudging(tx, { segmentIds, doneTo: last, judged: customerIds.length, total });
    return [];
  }
  await endJudging(tx, segmentIds);
  for (const segmentId of segmentIds) await deleteStrayMembers(tx, segmentId);
  const counted = await recountMembers(tx, segmentIds);
  return counted.map(({ segmentId, members: customers }) =>
    toEvent(tx, "segment.judged", { segmentId, customers }),
  );
}

/**
 * Holds who is in each segment against everybody's judgement by one statement, judges those again who
 * are in one of the two alone, and counts anew. Gives how many were mended.
 */
export async function checkMembers(context: JobContext, tenantId: string): Promise<number> {
  const { database, log } = context;
  while ((await fireDue(context, tenantId)) === "more");
  const segments = await database.readTenant(tenantId, async (tx) => {
    const definitions = await readDefinitions(tx);
    return definitions.segments.filter(({ id }) => !definitions.doneTo.has(id));
  });
  let mended = 0;
  for (const { id } of segments) mended += await checkSegment(context, { tenantId, segmentId: id });
  if (mended > 0) log.warn({ tenantId, mended }, "members of segments were mended");
  return mended;
}

async function checkSegment(
  { database }: JobContext,
  { tenantId, segmentId }: { tenantId: string; segmentId: string },
): Promise<number> {
  let mended = 0;
  for (let batch = 0; batch < BATCHES_A_RUN; batch += 1) {
    const suspects = await database.readTenant(tenantId, async (tx) =>
      (await isReplaying(tx, SOURCES))
        ? []
        : listSuspects(tx, { segmentId, limit: BATCH_CUSTOMERS, ...(await readDefinitions(tx)) }),
    );
    const changed = await database.changeTenant(tenantId, async (tx) => {
      const alarm = await lockMembers(tx);
      const definitions = await readDefinitions(tx);
      const segment = definitions.segments.filter(({ id }) => id === segmentId);
      const wanted = suspects.map((customerId) => ({ customerId, segments: segment }));
      const events = await judgeCustomers(tx, { definitions, wanted, cause: "check", alarm });
      await recountMembers(tx, [segmentId]);
      return { result: events.length, events };
    });
    mended += changed;
    // Whoever the two are at odds over for good is not asked for again and again.
    if (suspects.length < BATCH_CUSTOMERS || changed === 0) break;
  }
  return mended;
}
