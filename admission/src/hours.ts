import type { WeeklyHours } from "@foyer/contract";
import { toMoment, toWallTime } from "./calendar.ts";

/** Hours longer than this have no end that a session could reach. */
const LOOK_AHEAD_DAYS = 8;

/** A stretch of time, half-open. */
type Span = { from: Date; to: Date };

/**
 * Until when going online is allowed without a break, at `now`: null is for ever (no hours are
 * set), `now` itself is not at all. Hours that touch or overlap are one stretch.
 */
export function findAllowedUntil(
  hours: readonly WeeklyHours[],
  { now, timeZone }: { now: Date; timeZone: string },
): Date | null {
  if (hours.length === 0) return null;
  const spans = listSpans(hours, { now, timeZone });
  let until = now;
  for (const { from, to } of spans) if (from <= until && to > until) until = to;
  return until;
}

/** Whether `now` lies within hours; where none are set, all of them do. */
export function isWithinHours(
  hours: readonly WeeklyHours[],
  { now, timeZone }: { now: Date; timeZone: string },
): boolean {
  if (hours.length === 0) return true;
  const spans = listSpans(hours, { now, timeZone, aheadDays: 0 });
  return spans.some(({ from, to }) => from <= now && now < to);
}

/** When going online is next allowed after `now`; null when that lies beyond a week. */
export function findNextOpening(
  hours: readonly WeeklyHours[],
  { now, timeZone }: { now: Date; timeZone: string },
): Date | null {
  return listSpans(hours, { now, timeZone }).find(({ from }) => from > now)?.from ?? null;
}

/** The stretches around and after `now`, by their beginning. */
function listSpans(
  hours: readonly WeeklyHours[],
  {
    now,
    timeZone,
    aheadDays = LOOK_AHEAD_DAYS,
  }: { now: Date; timeZone: string; aheadDays?: number },
): Span[] {
  const today = toWallTime(now, timeZone);
  const spans: Span[] = [];
  // From yesterday on: hours may have begun before midnight.
  for (let offset = -1; offset <= aheadDays; offset++) {
    const weekday = ((((today.weekday - 1 + offset) % 7) + 7) % 7) + 1;
    const date = { year: today.year, month: today.month, day: today.day + offset };
    for (const { days, from, to } of hours) {
      if (!days.includes(weekday)) continue;
      const [begin, end] = [minutesOf(from), minutesOf(to)];
      spans.push({
        from: toMoment({ ...date, minutes: begin }, timeZone),
        to: toMoment({ ...date, day: date.day + (end > begin ? 0 : 1), minutes: end }, timeZone),
      });
    }
  }
  return spans.sort((a, b) => a.from.getTime() - b.from.getTime());
}

function minutesOf(time: string): number {
  const [hour = "0", minute = "0"] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}
