export type CaseState = "new" | "working" | "closed";

/** An answer that comes later than this, from a box that was long away, is history. */
export const CASE_AGE_DAYS_MAX = 30;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export type RaisedCase = { raisedAt: Date; dueAt: Date };

/** What an answer asks of staff; null: nothing. */
export function raiseCase(
  answer: { lowest: number | null; answeredAt: Date },
  { lowUpTo, caseHours }: { lowUpTo: number; caseHours: number },
  now: Date,
): RaisedCase | null {
  if (answer.lowest === null || answer.lowest > lowUpTo) return null;
  if (now.getTime() - answer.answeredAt.getTime() > CASE_AGE_DAYS_MAX * DAY_MS) return null;
  // Time is given to staff, who could not know of it before the box was heard again.
  return { raisedAt: now, dueAt: addHours(now, caseHours) };
}

export type CaseWork = {
  state: CaseState;
  ownerId: string | null;
  dueAt: Date;
  closedAt: Date | null;
  /** When it was last opened again; null: it never was. */
  reopenedAt: Date | null;
};

export type CaseChange = { state?: CaseState; ownerId?: string | null; dueAt?: Date };

/**
 * How a case stands after a change: whoever takes one works on it, and one that is opened again has no end. Where
 * the time it had is over by then, it has that of a new case.
 */
export function changeCase(
  before: CaseWork,
  change: CaseChange,
  { now, caseHours }: { now: Date; caseHours: number },
): CaseWork {
  const ownerId = change.ownerId === undefined ? before.ownerId : change.ownerId;
  const isTaken = change.ownerId != null && before.state === "new";
  const state = change.state ?? (isTaken ? "working" : before.state);
  const closedAt = before.state === "closed" ? before.closedAt : now;
  const isReopened = before.state === "closed" && state !== "closed";
  const isOver = isReopened && before.dueAt <= now;
  const dueAt = isOver ? addHours(now, caseHours) : before.dueAt;
  return {
    ...{ state, ownerId, dueAt: change.dueAt ?? dueAt },
    closedAt: state === "closed" ? closedAt : null,
    reopenedAt: isReopened ? now : before.reopenedAt,
  };
}

const addHours = (at: Date, hours: number): Date => new Date(at.getTime() + hours * HOUR_MS);

/** Past its time: still open, or closed only afterwards. */
export function isLate({ dueAt, closedAt }: Pick<CaseWork, "dueAt" | "closedAt">, now: Date) {
  return (closedAt ?? now) > dueAt;
}

/** Mails to one person are this far apart: what comes meanwhile is told in the next. */
export const MAIL_GAP_MINUTES = 10;

/** When the next mail to somebody may go. */
export function findMailTime(lastSentAt: Date | null, now: Date): Date {
  if (lastSentAt === null) return now;
  const next = new Date(lastSentAt.getTime() + MAIL_GAP_MINUTES * 60_000);
  return next > now ? next : now;
}

export type Step = "day" | "week" | "month";

/** The first days of the days, weeks (from Monday) or months that a period reaches into, YYYY-MM-DD. */
export function listStretches({ from, to }: { from: string; to: string }, step: Step): string[] {
  const at = new Date(`${from}T00:00:00Z`);
  if (step === "month") at.setUTCDate(1);
  if (step === "week") at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
  const firsts: string[] = [];
  for (let first = dayOf(at); first <= to; first = dayOf(at)) {
    firsts.push(first);
    if (step === "month") at.setUTCMonth(at.getUTCMonth() + 1);
    else at.setUTCDate(at.getUTCDate() + (step === "week" ? 7 : 1));
  }
  return firsts;
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

type Counted = { branchId: string; day: string; count: number };

/** Rows that say the same thing at several branches and times, as one each, the most frequent first. */
export function foldReasons<Row extends Counted>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
) {
  const groups = Map.groupBy(rows, keyOf);
  return [...groups.values()]
    .flatMap(([first, ...others]) => {
      if (!first) return [];
      const all = [first, ...others];
      const sum = (by: (row: Row) => string) =>
        [...Map.groupBy(all, by)].map(([key, own]) => ({ key, count: addUp(own) }));
      return [
        {
          ...{ first, count: addUp(all) },
          branches: sum(({ branchId }) => branchId).map(({ key: branchId, count }) => ({
            ...{ branchId, count },
          })),
          series: sum(({ day }) => day).map(({ key: day, count }) => ({ day, count })),
        },
      ];
    })
    .toSorted((one, other) => other.count - one.count);
}

const addUp = (rows: readonly Counted[]) => rows.reduce((sum, { count }) => sum + count, 0);
