import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { giveByRule, takeByRule } from "../marks/index.ts";
import { getRules } from "./rule-queries.ts";
import { judgeAnswer } from "./rules.ts";
import { listAnswering, listCustomersOf, listLastScores } from "./tag-queries.ts";

const TAG_TASK = "surveys.tag";
/** So many customers are tagged in one transaction. */
const BATCH_CUSTOMERS = 500;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** Tags customers by their last answer; what staff gave by hand stays. Gives the events of it. */
export async function tagCustomers(
  tx: TenantTransaction,
  customerIds: readonly string[],
): Promise<NewEvent[]> {
  const { satisfiedTagId, unsatisfiedTagId, ...thresholds } = await getRules(tx);
  if (customerIds.length === 0 || (satisfiedTagId ?? unsatisfiedTagId) === null) return [];
  const scores = await listLastScores(tx, customerIds);
  const judged = new Map(scores.map((row) => [row.customerId, judgeAnswer(row, thresholds)]));
  const caused: NewEvent[] = [];
  for (const [markId, satisfaction] of [
    [satisfiedTagId, "satisfied"],
    [unsatisfiedTagId, "unsatisfied"],
  ] as const) {
    if (markId === null) continue;
    const [theirs, others] = [
      customerIds.filter((id) => judged.get(id) === satisfaction),
      customerIds.filter((id) => judged.get(id) !== satisfaction),
    ];
    const tag = { kind: "tag", markId } as const;
    caused.push(...(await takeByRule(tx, { ...tag, customerIds: others })));
    caused.push(...(await giveByRule(tx, { ...tag, customerIds: theirs, isTakenAgain: true })));
  }
  return caused;
}

/** What was given stands already where a log is read again. */
export async function tagGuests(
  tx: TenantTransaction,
  guestIds: readonly (string | null)[],
): Promise<NewEvent[]> {
  const known = guestIds.filter((id) => id !== null);
  if (tx.replaying || known.length === 0) return [];
  return tagCustomers(tx, await listCustomersOf(tx, known));
}

/** Has everybody who ever answered tagged anew; `dropped`: tags that are not given any more. */
export function tagAllLater(tx: TenantTransaction, dropped: readonly string[]): Promise<void> {
  return enqueue(tx, { task: TAG_TASK, payload: { dropped: [...dropped] } });
}

export const tagJobs: Jobs = {
  [TAG_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { dropped = [] } = payload as { dropped?: string[] };
      let after: string | null = FIRST_ID;
      while (tenantId !== null && after !== null)
        after = await tagBatch(context, { tenantId, dropped, after });
    },
  },
};

type Batch = { tenantId: string; dropped: readonly string[]; after: string };

/** Gives where the next batch begins; null: all are through. */
export function tagBatch(
  { database }: Pick<JobContext, "database">,
  { tenantId, dropped, after }: Batch,
): Promise<string | null> {
  return database.changeTenant<string | null>(tenantId, async (tx) => {
    const customerIds = await listAnswering(tx, { after, limit: BATCH_CUSTOMERS });
    // One that was chosen again meanwhile is given by the rule that stands now.
    const { satisfiedTagId, unsatisfiedTagId } = await getRules(tx);
    const events: NewEvent[] = [];
    for (const markId of dropped)
      if (markId !== satisfiedTagId && markId !== unsatisfiedTagId)
        events.push(...(await takeByRule(tx, { kind: "tag", markId, customerIds })));
    events.push(...(await tagCustomers(tx, customerIds)));
    return { result: customerIds.at(-1) ?? null, events };
  });
}
