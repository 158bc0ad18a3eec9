const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** Of one zone. More are forgotten together: what is asked for is mostly this minute and its days. */
const OFFSETS_MAX = 2000;

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
/** By zone and minute, since clocks are changed on a whole one: writing a date out is slow. */
const offsets = new Map<string, Map<number, number>>();

/** `timeZone` is IANA; throws a RangeError for any other. */
export function toWallTime(moment: Date, timeZone: string): WallTime {
  const wall = new Date(moment.getTime() + offsetAt(moment.getTime(), timeZone));
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    weekday: wall.getUTCDay() || 7,
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

/** When the branch's day is over that comes so many days after the one that `moment` lies in. */
export function endOfDay(
  moment: Date,
  { days, timeZone }: { days: number; timeZone: string },
): Date {
  const wall = toWallTime(moment, timeZone);
  return toMoment({ ...wall, day: wall.day + days + 1, minutes: 0 }, timeZone);
}

/** How far the wall is ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const ofZone = offsets.get(timeZone) ?? new Map<number, number>();
  const minute = Math.floor(at / MINUTE_MS);
  const known = ofZone.get(minute);
  if (known !== undefined) return known;
  const offset = findOffset(minute * MINUTE_MS, timeZone);
  if (ofZone.size >= OFFSETS_MAX) ofZone.clear();
  offsets.set(timeZone, ofZone.set(minute, offset));
  return offset;
}

function findOffset(at: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
  const date = [get("year"), get("month") - 1, get("day")] as const;
  return Date.UTC(...date, get("hour"), get("minute"), get("second")) - at;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
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
