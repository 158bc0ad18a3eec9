import { createHmac } from "node:crypto";

/** Decree 356/2025/ND-CP: a request is answered within two working days and carried out in twenty. */
export const ANSWER_WORKING_DAYS = 2;
export const FINISH_DAYS = 20;

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const WEEKEND = new Set(["Sat", "Sun"]);

/** Until when a request has to be answered and finished. Weekends are the branch's, holidays no one's. */
export function dueTimesOf(askedAt: Date, timeZone: string): { answerBy: Date; finishBy: Date } {
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short" });
  let answerBy = askedAt;
  for (let left = ANSWER_WORKING_DAYS; left > 0; ) {
    answerBy = new Date(answerBy.getTime() + DAY_MILLISECONDS);
    if (!WEEKEND.has(weekday.format(answerBy))) left -= 1;
  }
  return { answerBy, finishBy: new Date(askedAt.getTime() + FINISH_DAYS * DAY_MILLISECONDS) };
}

/**
 * What stands for a number, or an address in lower case, whose holder was forgotten. Whoever can try
 * all numbers finds it again, so it is no secret; it only is none to read, to search or to write to.
 */
export function hashContact(contact: string, tenantId: string): string {
  return createHmac("sha256", tenantId).update(contact).digest("hex");
}
