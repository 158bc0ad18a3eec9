import type { TenantTransaction } from "../../platform/db.ts";
import type { NewEvent } from "../../platform/events.ts";
import { type Purge, purgePersonal, purgeSetAside } from "../../platform/purge-events.ts";
import { purgeAdvertEvents } from "../advert-tags/index.ts";
import { purgeRefusals } from "../boxes/index.ts";
import { purgeLogs } from "../branches/index.ts";
import { purgeResults } from "../cases/index.ts";
import { purgeRequests } from "../channels/index.ts";
import { purgeOwners } from "../coupons/index.ts";
import { purgeConsents, purgeDeviceTokens, purgeMacs } from "../customers/index.ts";
import { purgeUnread } from "../ingest/index.ts";
import { noteSessionsGone } from "../reports/index.ts";
import { purgeAnswers, purgeFiles, purgeWords } from "../surveys/index.ts";
import { purgeSessions } from "../visits/index.ts";
import { purgeMessages, KEPT_DAYS as WEBHOOK_DAYS } from "../webhooks/index.ts";
import { purgeKeys, purgeRules, purgeTraces } from "../wifi-desk/index.ts";
import { findPlace, keepPlace } from "./queries.ts";
import { cutOff, type Kind, type Rule, STANDARD_RULES } from "./rules.ts";

/** Rows of one kind in one transaction. */
export const BATCH_ROWS = 500;

export type Days = Record<Kind, number>;

export function daysOf(rules: readonly Rule[]): Days {
  const days = STANDARD_RULES.map(({ kind, days: standard }) => [
    kind,
    rules.find((each) => each.kind === kind)?.days ?? standard,
  ]);
  return Object.fromEntries(days) as Days;
}

/** One batch of one kind. `isThrough`: nothing more of it is due. */
type Batch = { removed: number; isThrough: boolean; events?: NewEvent[] };
export type Step = {
  /** What the count of what was removed is called. */
  counted: string;
  purge: (tx: TenantTransaction, days: Days) => Promise<Batch>;
};

function step(
  counted: string,
  kinds: readonly Kind[],
  purge: (tx: TenantTransaction, question: Purge) => Promise<number>,
): Step {
  return {
    counted,
    purge: async (tx, days) => {
      const before = cutOff(tx.now, Math.max(...kinds.map((kind) => days[kind])));
      const removed = await purge(tx, { before, limit: BATCH_ROWS });
      return { removed, isThrough: removed < BATCH_ROWS };
    },
  };
}

/** The personal fields beside the log, from where the last run has come to. */
function personal(counted: string, kinds: readonly Kind[], of: readonly string[] | "unread"): Step {
  return {
    counted,
    purge: async (tx, days) => {
      const before = cutOff(tx.now, Math.max(...kinds.map((kind) => days[kind])));
      const after = await findPlace(tx, counted);
      const done = await purgePersonal(tx, { after, before, limit: BATCH_ROWS, of });
      if (done.position > after) await keepPlace(tx, counted, done.position);
      return done;
    },
  };
}

/** What reports say of sessions goes with them. */
async function purgeCounted(tx: TenantTransaction, question: Purge): Promise<number> {
  const { removed, visitIds } = await purgeSessions(tx, question);
  if (visitIds.length > 0) await noteSessionsGone(tx, visitIds);
  return removed;
}

/** A MAC stays as long as the network's log has to say whose an address was. */
const macs: Step = {
  counted: "macs",
  purge: async (tx, days) => {
    const before = cutOff(tx.now, Math.max(days.deviceDays, days.networkLogDays));
    const madeUp = Math.max(days.deviceRandomisedDays, days.networkLogDays);
    const removed = await purgeMacs(tx, {
      ...{ before, madeUpBefore: cutOff(tx.now, madeUp), limit: BATCH_ROWS },
    });
    return { removed, isThrough: removed < BATCH_ROWS };
  },
};

/** For its own few days, whatever a company keeps: nobody can download them any more. */
const boxLogs: Step = {
  counted: "boxLogs",
  purge: async (tx) => {
    const removed = await purgeLogs(tx, BATCH_ROWS);
    return { removed, isThrough: removed < BATCH_ROWS };
  },
};

/** The same of what boxes answered to whoever asked why a phone could not get on. */
const doorTraces: Step = {
  counted: "doorTraces",
  purge: async (tx) => {
    const removed = await purgeTraces(tx, BATCH_ROWS);
    return { removed, isThrough: removed < BATCH_ROWS };
  },
};

const deviceRules: Step = {
  counted: "deviceRules",
  purge: async (tx) => {
    const done = await purgeRules(tx, BATCH_ROWS);
    return { ...done, isThrough: done.removed < BATCH_ROWS };
  },
};

/** What was told to programs of the company's own, and what they answered: for days of its own, too. */
const webhookMessages: Step = {
  counted: "webhookMessages",
  purge: async (tx) => {
    const before = cutOff(tx.now, WEBHOOK_DAYS);
    const removed = await purgeMessages(tx, { before, limit: BATCH_ROWS });
    return { removed, isThrough: removed < BATCH_ROWS };
  },
};

const DEVICE_KINDS = ["deviceDays", "deviceRandomisedDays", "networkLogDays"] as const;

/** Guests are forgotten by an event of their own: see jobs.ts. */
export const STEPS: readonly Step[] = [
  step("sessions", ["visitDays", "networkLogDays"], purgeCounted),
  step("nasRefusals", ["visitDays", "networkLogDays"], purgeRefusals),
  macs,
  step("browsers", ["deviceDays"], purgeDeviceTokens),
  personal("toldMacs", DEVICE_KINDS, ["device.seen"]),
  step("memberKeys", ["deviceDays"], purgeKeys),
  step("advertEvents", ["visitDays"], purgeAdvertEvents),
  step("consents", ["consentDays"], purgeConsents),
  // Before whose an answer was is forgotten: pictures of forgotten guests are found by that.
  step("surveyFiles", ["surveyDays"], purgeFiles),
  step("surveyAnswers", ["surveyDays"], purgeAnswers),
  step("couponOwners", ["surveyDays"], purgeOwners),
  step("caseResults", ["surveyDays"], purgeResults),
  step("surveyWords", ["surveyDays"], purgeWords),
  personal("surveyTexts", ["surveyDays"], ["survey.answered"]),
  step("codes", ["codeDays"], purgeRequests),
  personal("codeContacts", ["codeDays"], ["code.requested"]),
  step("unread", ["unreadDays"], purgeUnread),
  step("setAside", ["unreadDays"], purgeSetAside),
  personal("unreadPersonal", ["unreadDays"], "unread"),
  boxLogs,
  doorTraces,
  deviceRules,
  webhookMessages,
];
