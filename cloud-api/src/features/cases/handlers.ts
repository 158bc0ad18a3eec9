import { newId } from "../../platform/clock.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, NewEvent } from "../../platform/events.ts";
import { getSurveyRules, scoreAnswer } from "../surveys/index.ts";
import { eraseResults } from "./action-queries.ts";
import { orderMails } from "./mails.ts";
import { insertCase } from "./queries.ts";
import { raiseCase } from "./rules.ts";

/** Something about a case changed: moves the log, which wakes the screens. */
export function caseEvent(
  tx: TenantTransaction,
  { what, caseId, branchId }: { what: "raised" | "changed"; caseId: string; branchId: string },
): NewEvent {
  const common = { version: 1, origin: null, personal: {} };
  return {
    ...{ id: newId(), type: `case.${what}`, occurredAt: tx.now, branchId },
    ...{ payload: { caseId }, ...common },
  };
}

const erase = async (tx: TenantTransaction): Promise<[]> => {
  await eraseResults(tx);
  return [];
};

export const caseHandlers: EventHandlers = {
  "survey.answered": async (tx, { branchId, payload, occurredAt: answeredAt }) => {
    // What staff did about it stands where a log is read again.
    if (tx.replaying) return [];
    const { lowest } = scoreAnswer(payload);
    const raised = raiseCase({ lowest, answeredAt }, await getSurveyRules(tx), tx.now);
    const caseId = payload.answerId;
    if (!raised || !(await insertCase(tx, { id: caseId, branchId, answeredAt, ...raised })))
      return [];
    await orderMails(tx, { caseId, branchId });
    return [caseEvent(tx, { what: "raised", caseId, branchId })];
  },
  // The customers' own handlers have noted by now who was forgotten.
  "guest.deletion-requested": erase,
  "customer.erasure-ordered": erase,
  "guest.expired": erase,
};
