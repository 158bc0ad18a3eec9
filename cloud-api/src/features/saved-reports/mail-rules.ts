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
  ...(["begun", "sending", "again", "sent", "refused", "unknown", "no-right", "not-told"] as const),
];
export type MailOutcome = (typeof OUTCOMES)[number];

/** No mail is at the server for longer: whoever sent it is gone. */
const SENDING_MS_MAX = 15 * 60_000;

/** Cut off on its way, nobody knows whether the server took it. */
export function readOutcome(
  { outcome, begunAt }: { outcome: MailOutcome | null; begunAt: Date | null },
  now: Date,
): MailOutcome | null {
  const isLost = begunAt !== null && now.getTime() - begunAt.getTime() > SENDING_MS_MAX;
  return outcome === "sending" && isLost ? "unknown" : outcome;
}
