import { createHmac } from "node:crypto";

export type Law = "vn" | "gdpr";
export type RequestKind = "copy" | "deletion" | "correction" | "restriction";

/** Decree 356/2025/ND-CP: a request is answered within two working days. */
export const ANSWER_WORKING_DAYS = 2;
/** The same: within how many days it is carried out. */
export const FINISH_DAYS: Readonly<Record<RequestKind, number>> = {
  copy: 20,
  deletion: 20,
  correction: 10,
  restriction: 15,
};

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const WEEKEND = new Set(["Sat", "Sun"]);

export type Asked = { askedAt: Date; kind: RequestKind; law: Law; timeZone: string };

/** Until when a request has to be answered and finished. Weekends are the branch's, holidays no one's. */
export function dueTimesOf({ askedAt, kind, law, timeZone }: Asked): {
  answerBy: Date;
  finishBy: Date;
} {
  // GDPR article 12(3): what was done is told within one month of receipt.
  if (law === "gdpr") {
    const month = addMonth(askedAt);
    return { answerBy: month, finishBy: month };
  }
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short" });
  let answerBy = askedAt;
  for (let left = ANSWER_WORKING_DAYS; left > 0; ) {
    answerBy = new Date(answerBy.getTime() + DAY_MILLISECONDS);
    if (!WEEKEND.has(weekday.format(answerBy))) left -= 1;
  }
  const days = FINISH_DAYS[kind];
  return { answerBy, finishBy: new Date(askedAt.getTime() + days * DAY_MILLISECONDS) };
}

/** Regulation 1182/71, article 3(2)(c): where the month has no such day, its last one. */
function addMonth(from: Date): Date {
  const next = new Date(from);
  next.setUTCMonth(from.getUTCMonth() + 1);
  if (next.getUTCDate() !== from.getUTCDate()) next.setUTCDate(0);
  return next;
}

/**
 * What stands for a number, or an address in lower case, whose holder was forgotten. Whoever can try
 * all numbers finds it again, so it is no secret; it only is none to read, to search or to write to.
 */
export function hashContact(contact: string, tenantId: string): string {
  return createHmac("sha256", tenantId).update(contact).digest("hex");
}
