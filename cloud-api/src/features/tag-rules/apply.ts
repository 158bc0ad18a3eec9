import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, LogEvent, NewEvent, Together } from "../../platform/events.ts";
import { enqueue, type JobContext, type Jobs } from "../../platform/jobs.ts";
import { giveByRule, takeByRule } from "../marks/index.ts";
import { selectLiveMembers } from "../segments/index.ts";
import {
  holdRule,
  holdRulesOf,
  listGiving,
  listLacking,
  listRulesOf,
  listStrange,
} from "./queries.ts";

const APPLY_TASK = "tag-rules.apply";
/** So many customers get a tag, and lose it, in one transaction. */
const BATCH_CUSTOMERS = 500;

/** Who enters a segment gets its tags at once; so does who leaves lose them. */
export const memberTogether: Together = {
  types: ["segment.entered", "segment.left"],
  handle: async (tx, events) => {
    const told = events as readonly LogEvent<string, Membership>[];
    // Most segments give nobody a tag, and most events are about those.
    const ids = new Set(told.map(({ payload }) => payload.segmentId));
    const giving = await listGiving(tx, [...ids]);
    const caused: NewEvent[] = [];
    for (const event of told)
      if (giving.has(event.payload.segmentId)) caused.push(...(await applyTo(tx, event)));
    return caused;
  },
};

type Membership = { segmentId: string; customerId: string };

async function applyTo(
  tx: TenantTransaction,
  { type, payload }: LogEvent<string, Membership>,
): Promise<NewEvent[]> {
  const customerIds = [payload.customerId];
  const caused: NewEvent[] = [];
  for (const { tagId: markId, removes: isTakenAgain } of await holdRulesOf(tx, payload.segmentId)) {
    const place = { kind: "tag", markId, customerIds } as const;
    caused.push(
      ...(type === "segment.entered"
        ? await giveByRule(tx, { ...place, isTakenAgain })
        : await takeByRule(tx, place)),
    );
  }
  return caused;
}

export const tagRuleHandlers: EventHandlers = {
  // Nobody was told of one by one.
  "segment.judged": async (tx, { payload }) => {
    for (const { tagId } of await listRulesOf(tx, payload.segmentId)) await applyLater(tx, tagId);
    return [];
  },
};

/** Has everybody given the tag, or parted from it, in the background. */
export function applyLater(tx: TenantTransaction, tagId: string): Promise<void> {
  return enqueue(tx, { task: APPLY_TASK, payload: { tagId }, key: tagId });
}

export const tagRuleJobs: Jobs = {
  [APPLY_TASK]: {
    work: async (context, { tenantId, payload }) => {
      const { tagId } = payload as { tagId?: string };
      if (tenantId === null || tagId === undefined) return;
      while ((await applyRule(context, { tenantId, tagId })) === "more");
    },
  },
};

/** Gives some of the members what they lack, and takes from some who are none what the rule gave. */
export function applyRule(
  { database }: Pick<JobContext, "database">,
  { tenantId, tagId: markId }: { tenantId: string; tagId: string },
): Promise<"more" | "done"> {
  return database.changeTenant<"more" | "done">(tenantId, async (tx) => {
    const rule = await holdRule(tx, markId);
    // While everybody is judged anew nobody knows who is in it: the end of that comes back here.
    const members = rule && (await selectLiveMembers(tx, rule.segmentId));
    if (!rule || !members) return { result: "done", events: [] };
    const place = { markId, members, limit: BATCH_CUSTOMERS };
    const lacking = await listLacking(tx, place);
    const strange = await listStrange(tx, place);
    const given = await giveByRule(tx, {
      ...{ kind: "tag", markId, isTakenAgain: rule.removes },
      customerIds: lacking,
    });
    const taken = await takeByRule(tx, {
      ...{ kind: "tag", markId },
      customerIds: strange,
    });
    // Whoever cannot be given it, since they have as many as a box takes, is not tried for ever.
    const isMore =
      (lacking.length === BATCH_CUSTOMERS && given.length > 0) ||
      strange.length === BATCH_CUSTOMERS;
    return { result: isMore ? "more" : "done", events: [...given, ...taken] };
  });
}
