/** A day of the calendar, YYYY-MM-DD. */
type Day = string;

/**
 * The first day of the lunar year as Vietnam counts it. Its clock is an hour behind Beijing's, so that
 * in 2030 its year begins a day before China's.
 */
export const TET_DAYS: readonly Day[] = [
  ...["2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02", "2031-01-23", "2032-02-11"],
  ...["2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28"],
];
/** For so long after its first day the wishes of the new year are still said. */
export const TET_LASTS_DAYS = 9;
const TET_BEGINS = "T00:00:00+07:00";
const DAY_MS = 86_400_000;

/** The new year that is coming, or still being kept; null: past those that are known here. */
export function findTet(now: Date): Day | null {
  const latest = now.getTime() - TET_LASTS_DAYS * DAY_MS;
  return TET_DAYS.find((day) => Date.parse(day + TET_BEGINS) + DAY_MS > latest) ?? null;
}

const PLACE = /^\{tet([+-][0-9]{1,2})?\}$/;

/** Puts the days of a year in the place of {tet}, its first moment, and of {tet-21} and the like, days. */
export function placeInYear<T>(value: T, tet: Day): T {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) => {
    const [whole, days] = (typeof each === "string" && PLACE.exec(each)) || [];
    if (whole === undefined) return each;
    return days === undefined ? tet + TET_BEGINS : addDays(tet, Number(days));
  }) as T;
}

/** Whether a document has a place for the new year at all. */
export function asksTet(value: unknown): boolean {
  return JSON.stringify(value).includes('"{tet');
}

function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
