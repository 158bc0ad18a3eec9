const DAY_MS = 24 * 60 * 60 * 1000;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** A moment as the clock on a branch's wall shows it. */
export type WallTime = {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** ISO 8601: 1 is Monday, 7 is Sunday. */
  weekday: number;
};

const formats = new Map<string, Intl.DateTimeFormat>();

/** `timeZone` is IANA; throws a RangeError for any other. */
export function toWallTime(moment: Date, timeZone: string): WallTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  const number = (type: string) => Number(parts.get(type as Intl.DateTimeFormatPartTypes));
  return {
    year: number("year"),
    month: number("month"),
    day: number("day"),
    hour: number("hour"),
    minute: number("minute"),
    second: number("second"),
    weekday: WEEKDAYS.indexOf(parts.get("weekday") ?? "") + 1,
  };
}

/**
 * The moment at which the wall shows a time. Days and minutes may run over: day 32 is the next
 * month's first. A time the clock skips is as long after the change as it would have been after the
 * time that was skipped first; one it shows twice is the first of the two.
 */
export function toMoment(
  wall: { year: number; month: number; day: number; minutes: number },
  timeZone: string,
): Date {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, 0, wall.minutes);
  // The offset a day before and a day after: where they differ, a change lies between.
  const [before, after] = [asUtc - DAY_MS, asUtc + DAY_MS].map((at) => offsetAt(at, timeZone));
  const early = asUtc - Math.max(before as number, after as number);
  if (offsetAt(early, timeZone) === asUtc - early) return new Date(early);
  const late = asUtc - Math.min(before as number, after as number);
  if (offsetAt(late, timeZone) === asUtc - late) return new Date(late);
  // Skipped: with the offset from before the change it falls just as far behind the change.
  return new Date(asUtc - (before as number));
}

/** When the branch's day that `moment` lies in began. */
export function startOfDay(moment: Date, timeZone: string): Date {
  return toMoment({ ...toWallTime(moment, timeZone), minutes: 0 }, timeZone);
}

/** When the branch's week that `moment` lies in began: its Monday. */
export function startOfWeek(moment: Date, timeZone: string): Date {
  const wall = toWallTime(moment, timeZone);
  return toMoment({ ...wall, day: wall.day - wall.weekday + 1, minutes: 0 }, timeZone);
}

/** How far the wall is ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = toWallTime(new Date(at), timeZone);
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return wall - Math.floor(at / 1000) * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
