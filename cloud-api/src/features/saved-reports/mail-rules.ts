import { toMoment, toWallTime } from "@foyer/admission";
import type { Every } from "./rules.ts";

/** When a report is written to somebody, on the clock of a zone. */
export type MailRhythm = {
  every: Every;
  /** 1 is Monday; null but for a week. */
  weekday: number | null;
  /** 1 to 31, of shorter months the last; null but for a month. */
  monthDay: number | null;
  hour: number;
  timeZone: string;
};

/** A month and a day, so that each rhythm has its day in it. */
const DAYS_AHEAD = 32;

/** The first time after a moment. An hour that the clock skips is as much later as it skips. */
export function findNextMail(rhythm: MailRhythm, after: Date): Date {
  const { year, month, day } = toWallTime(after, rhythm.timeZone);
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    const date = new Date(Date.UTC(year, month - 1, day + ahead));
    if (!isMailDay(rhythm, date)) continue;
    const moment = momentOf(rhythm, date);
    if (moment > after) return moment;
  }
  throw new Error(`a rhythm without a day: ${JSON.stringify(rhythm)}`);
}

function isMailDay({ every, weekday, monthDay }: MailRhythm, date: Date): boolean {
  switch (every) {
    case "day":
      return true;
    case "week":
      return (date.getUTCDay() || 7) === weekday;
    case "month": {
      const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
      return date.getUTCDate() === Math.min(monthDay ?? 1, last.getUTCDate());
    }
  }
}

const momentOf = ({ hour, timeZone }: MailRhythm, date: Date): Date =>
  toMoment(
    {
      ...{ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() },
      minutes: 60 * hour,
    },
    timeZone,
  );

/** What became of the last one. */
export const OUTCOMES = [
  ...(["waiting", "begun", "sending", "again", "sent", "refused", "unknown"] as const),
  ...(["no-right", "not-told", "left", "no-share"] as const),
];
export type MailOutcome = (typeof OUTCOMES)[number];

/** Nobody draws and hands over a report for longer: whoever did is gone. */
export const TRYING_MS_MAX = 15 * 60_000;

type LastMail = { mailId: string | null; outcome: MailOutcome | null; begunAt: Date | null };

const isLost = ({ begunAt }: Pick<LastMail, "begunAt">, now: Date): boolean =>
  begunAt !== null && now.getTime() - begunAt.getTime() >= TRYING_MS_MAX;

/** Whether a mail may be tried: it is the last one of its reader, and nobody has it in hand. */
export function isToTry(last: LastMail, { mailId, now }: { mailId: string; now: Date }): boolean {
  if (last.mailId !== mailId) return false;
  const { outcome } = last;
  return outcome === "waiting" || outcome === "again" || (outcome === "begun" && isLost(last, now));
}

/** Cut off on its way, nobody knows whether the server took it. */
export const readOutcome = (
  last: Pick<LastMail, "outcome" | "begunAt">,
  now: Date,
): MailOutcome | null =>
  last.outcome === "sending" && isLost(last, now) ? "unknown" : last.outcome;
