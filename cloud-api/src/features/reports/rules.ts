/*
 * How visits are counted (docs/decisions/0030-numbers-that-add-up.md). Each rule stands once:
 *
 * - A visit is counted once, in the hour and on the day of its branch's own clock in which it began,
 *   with all that it used and how long it was, however far it reaches over midnight or an hour's end.
 * - A branch's day begins at an hour that its company chooses (0 to 11); what is before it is the
 *   evening before.
 * - The hour is what the clock on the wall showed. When clocks go back, the hour that comes twice is one
 *   slot of two hours; when they go forward, the hour that is left out has nothing in it.
 * - A visit's end is a departure in the hour in which it ended, and a visit is present in each hour it
 *   reaches into. A visit that is not over yet has arrived, and is neither.
 * - A visit that nobody is known of is anonymous: it is among the visits and among no customers.
 * - A customer is new where their first visit ever, within the branches asked about, falls in the period.
 *   All others who came are returning: the two come to all who came. In a slot, and where a report is
 *   narrowed by hours or days of the week, whoever came is new as long as their first day lies in it.
 * - Narrowed by what a visit has (its hour, day of the week, device, way in), a report counts the visits
 *   that have it and no others: who came again, after how many days and how lately is told of these. Who
 *   is new, and since when, is still told of all visits at the branches asked about.
 */

/** The lowest of a customer's visits that are counted together: the first, the second, 3 to 5, … */
export const VISIT_CLASSES = [1, 2, 3, 6, 11] as const;
export type VisitClass = (typeof VISIT_CLASSES)[number];
export const ANONYMOUS = 0;

export function classOf(number: number): VisitClass {
  return VISIT_CLASSES.findLast((lowest) => lowest <= number) ?? 1;
}

/** The highest number of a class; null: there is none. */
export function classEnd(lowest: VisitClass): number | null {
  const next = VISIT_CLASSES[VISIT_CLASSES.indexOf(lowest) + 1];
  return next === undefined ? null : next - 1;
}

/** A device that nobody takes off the Wi-Fi is no guest: it is present for so long at most. */
export const PRESENT_DAYS_MAX = 31;

/** A visit came by the first way in of its device so many minutes before or after it began. */
export const WAY_IN_MINUTES = 10;
/** What is not known: of a visit its way in, of a customer the language they read. */
export const UNKNOWN = "unknown";
/** Whether a device has an address of its own, or one that it has made up. */
export const DEVICE_KINDS = ["given", "made-up", UNKNOWN] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
/** What a device runs and what it is, as its browser said: DEVICE_SYSTEMS and DEVICE_FORMS of the contract. */
export const SYSTEMS = [
  ...(["ios", "android", "windows", "macos", "linux", "chromeos", "other"] as const),
  UNKNOWN,
] as const;
export const FORMS = ["phone", "tablet", "computer", "other", UNKNOWN] as const;
export type DeviceWord = (typeof SYSTEMS)[number] | (typeof FORMS)[number];

/** Visits of a period that are counted one by one by their times alone, where nothing sums them up. */
export const COUNTED_VISITS_MAX = 500_000;
/** And those that are first picked by whose they are or how they came, and told in every way there is. */
export const NARROWED_VISITS_MAX = 100_000;

/** Rows of a list that leave as pages: some hundred, which are laid out before the first is drawn. */
export const PRINTED_ROWS_MAX = 5000;

export const PERIOD_DAYS_MAX = 1100;
export const DAY_MS = 86_400_000;
export const STANDARD_DAYS = 30;

/** Days of the calendar, both included, YYYY-MM-DD. */
export type Period = { from: string; to: string };

const timeOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** A day so many days later. */
export const addDays = (day: string, days: number): string => dayOf(timeOf(day) + days * DAY_MS);

export const countDays = ({ from, to }: Period): number =>
  Math.round((timeOf(to) - timeOf(from)) / DAY_MS) + 1;

export function listDays({ from, to }: Period): string[] {
  return Array.from({ length: countDays({ from, to }) }, (_, index) => addDays(from, index));
}

/** The last day of the month, so many months later; a day that the month has not is its last one. */
function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  return dayOf(last.setUTCDate(Math.min(date, last.getUTCDate())));
}

const isMonthEnd = (day: string): boolean => addDays(day, 1).endsWith("-01");

/** Whole months are set against as many months before; else it is as many days right before. */
export function periodBefore(period: Period): Period {
  const { from, to } = period;
  const before = addDays(from, -1);
  if (!from.endsWith("-01") || !isMonthEnd(to))
    return { from: addDays(from, -countDays(period)), to: before };
  const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return { from: addMonths(from, monthOf(from) - monthOf(to) - 1), to: before };
}

/** The same days of the calendar a year before; 29 February is 28 February there. */
export function lastYear({ from, to }: Period): Period {
  const end = addMonths(to, -12);
  // A February that is asked for whole is set against a whole one.
  const isWhole = to.endsWith("-02-28") && isMonthEnd(to) && from.endsWith("-01");
  return {
    from: addMonths(from, -12),
    to: isWhole && !isMonthEnd(end) ? addDays(end, 1) : end,
  };
}

export const UNITS = ["hour", "day", "week", "month"] as const;
export type Unit = (typeof UNITS)[number];

/** Slots of a series come to so many at most. */
export const POINTS_MAX = 1200;

/**
 * Names of the slots of a period: day or Monday of the week YYYY-MM-DD, YYYY-MM, YYYY-MM-DDTHH. A day's
 * hours are listed from the one in which it begins.
 */
export function listSlots(period: Period, unit: Unit, startsHour = 0): string[] {
  const days = listDays(period);
  if (unit === "hour")
    return days.flatMap((day) =>
      listHours(startsHour).map((hour) => `${day}T${String(hour).padStart(2, "0")}`),
    );
  return [...new Set(days.map((day) => slotOf(day, unit)))];
}

export function slotOf(day: string, unit: Exclude<Unit, "hour">): string {
  if (unit === "day") return day;
  return unit === "month" ? day.slice(0, 7) : addDays(day, 1 - weekdayOf(day));
}

/** ISO 8601: 1 is Monday. */
export const weekdayOf = (day: string): number => new Date(timeOf(day)).getUTCDay() || 7;

/** Days between one visit's and the next one's of a customer: from which on they are counted together. */
export const GAP_DAYS = [0, 1, 2, 7, 14, 30, 60, 90] as const;

/** Whoever came within so many days is active; at risk before that; and lapsed from the second on. */
export const RECENCY_DAYS = { atRisk: 30, lapsed: 90 } as const;
export const RECENCIES = ["active", "at-risk", "lapsed"] as const;
export type Recency = (typeof RECENCIES)[number];

export const COHORT_MONTHS_MAX = 24;

/** A number of a day that is long over became another: from so long after it on. */
const CORRECTED_AFTER_MS = 36 * 3_600_000;

/** Whether a day's numbers changed after it was over and its visits had ended. */
export function isCorrected(day: string, changedAt: Date): boolean {
  // No day of the calendar is over anywhere later than this.
  return changedAt.getTime() > timeOf(day) + DAY_MS + CORRECTED_AFTER_MS;
}

/** A list of numbers between two, as an address holds it: `8,9,10`. Null for one that is none. */
export function readNumbers(text: string, { min, max }: { min: number; max: number }) {
  const numbers = text.split(",").map((part) => (/^\d{1,2}$/.test(part) ? Number(part) : -1));
  return numbers.every((each) => each >= min && each <= max) ? [...new Set(numbers)] : null;
}

export type Words = Readonly<Record<string, string | number | undefined>>;

/** What a visit has and whoever made it has not. */
const OF_VISITS = ["hours", "weekdays", "devices", "systems", "forms", "methods"];

/** What was asked for, of whichever of their visits. */
export const withoutVisits = (asked: Words): Words =>
  Object.fromEntries(Object.entries(asked).filter(([name]) => !OF_VISITS.includes(name)));

const CUSTOMERS = "/api/v1/reports/customers?";
const VISITS = "/api/v1/reports/visits?";
const SESSIONS = "/api/v1/reports/sessions?";
const WAYS_IN = "/api/v1/reports/ways-in?";

/** Where the customers behind a number are listed: what was asked for, and which cell it is. */
export const opensCustomers = (asked: Words, cell: Words): string =>
  CUSTOMERS + toQuery({ ...asked, ...cell });

/** Sessions of the visits that were asked for. */
export const opensSessions = (asked: Words, cell: Words): string =>
  SESSIONS + toQuery({ ...asked, ...cell });

/** The times guests came online. */
export const opensWaysIn = (asked: Words, cell: Words): string =>
  WAYS_IN + toQuery({ ...asked, ...cell });

/** Anonymous visits have no customers: the visits themselves are what there is. */
export const opensVisits = (asked: Words, cell: Words): string =>
  VISITS + toQuery({ ...asked, ...cell });

export function opensBoth(asked: Words, cell: Words): { customers: string; visits: string } {
  const query = toQuery({ ...asked, ...cell });
  return { customers: CUSTOMERS + query, visits: VISITS + query };
}

/** Names are plain words of this API. A report has thousands of these: URLSearchParams costs five times as much. */
export function toQuery(words: Words): string {
  let query = "";
  for (const [name, value] of Object.entries(words)) {
    if (value === undefined) continue;
    query += `${query === "" ? "" : "&"}${name}=${encodeURIComponent(value)}`;
  }
  return query;
}

/** Months of the calendar from one to the other, YYYY-MM. */
export function countMonths(from: string, to: string): number {
  const monthOf = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return monthOf(to) - monthOf(from);
}

/** The bucket that a number of days between two visits falls into: its lowest. */
export const gapOf = (days: number): number =>
  GAP_DAYS.findLast((lowest) => lowest <= days) ?? GAP_DAYS[0];

/** The most days that fall into a bucket; null: there is no most. */
export function gapEnd(lowest: number): number | null {
  const next = GAP_DAYS.find((each) => each > lowest);
  return next === undefined ? null : next - 1;
}

/** The hours of a day in the order in which they pass, from the one in which it begins. */
export const listHours = (startsHour: number): number[] =>
  Array.from({ length: 24 }, (_, index) => (index + startsHour) % 24);

/** The hour in which the days of all of these begin; where they do not begin together, midnight. */
export function shareStart(branches: readonly { dayStartsHour: number }[]): number {
  const [first, ...others] = new Set(branches.map(({ dayStartsHour }) => dayStartsHour));
  return others.length === 0 ? (first ?? 0) : 0;
}

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** How often each day of the week is in a period. */
export function countWeekdays(period: Period): Map<number, number> {
  const counts = new Map<number, number>();
  for (const day of listDays(period))
    counts.set(weekdayOf(day), (counts.get(weekdayOf(day)) ?? 0) + 1);
  return counts;
}

/** What every night's check looks at: the days that were over last, … */
export const CHECKED_DAYS = 3;
/** … and one after another the days before them, so that all of this past is checked in turn. */
const TURN_DAYS = 14;
const TURNS = 40;

/** The days that the night after a day checks. */
export function chooseChecks(today: string): { recent: Period; older: Period } {
  const last = addDays(today, -1);
  const turn = Math.floor(timeOf(today) / DAY_MS) % TURNS;
  const to = addDays(last, -CHECKED_DAYS - turn * TURN_DAYS);
  return {
    recent: { from: addDays(last, 1 - CHECKED_DAYS), to: last },
    older: { from: addDays(to, 1 - TURN_DAYS), to },
  };
}

/** What is counted of the way online: by which way in, and by which channel a code was to go. */
export type SignInStep = "code-asked" | "online";

/** What is counted of how sessions on the Wi-Fi end. */
export const SESSION_ENDS = ["timed-out", "going", "lost", "short"] as const;
export type SessionEnd = (typeof SESSION_ENDS)[number];

export type DaySessions = { day: string; sessions: number };

/**
 * The days that a page of so many sessions is of, as a list by days, the last first, goes on after one; null: there
 * is nothing more.
 */
export function findPageDays(
  days: readonly DaySessions[],
  { after, rows }: { after: string | null; rows: number },
): Period | null {
  const left = days.filter(({ day }) => after === null || day <= after);
  let found = 0;
  for (const { day, sessions } of left) {
    // Of the day that it goes on within, nobody says how many are left.
    if (day !== after) found += sessions;
    if (found >= rows) return { from: day, to: left[0]?.day ?? day };
  }
  const [last, first] = [left[0], left.at(-1)];
  return last && first ? { from: first.day, to: last.day } : null;
}

/** What it means that a number rises. */
export type Rise = "good" | "bad" | "neutral";

const GOOD: readonly string[] = [
  ...["visits", "customers", "newCustomers", "returningCustomers", "returns", "peak"],
  ...["class-1", "class-2", "class-3", "class-6", "class-11", "agreed"],
  ...["answers", "satisfied", "satisfiedShare", "averageScore"],
  ...["devicesSeen", "sawPage", "typedRight", "cameOnline", "onlineShare", "reached"],
  ...["cameAgain", "cameAgainShare"],
];
const BAD: readonly string[] = [
  ...["unsatisfied", "unsatisfiedShare", "withdrawn", "unasked", "lost", "short", "refused"],
  ...["devicesLost", "cameNoFurther", "raisedCases", "lateCases", "hoursToClose"],
];

/** Of a number by its name, as this API calls it; what a company may want either way is neutral. */
export const riseOf = (name: string): Rise =>
  GOOD.includes(name) ? "good" : BAD.includes(name) ? "bad" : "neutral";

type NamedMarks = readonly { id: string }[];
type Marks = { tags: NamedMarks; groups: NamedMarks };

/** What has to be known beside a list's address. */
export type KnownOfLists = {
  /** Of each branch in reach, the hour at which its days begin. */
  dayStarts: readonly { branchId: string; dayStartsHour: number }[];
  /** Undefined: not there yet, or not asked for. */
  marks: Marks | undefined;
  /** Whether a list that names no branches is of all that the company has. */
  seesAll: boolean;
};

/** What an address may say that a segment of visits says in the same way. */
const CARRIED = [
  ...(["from", "to", "branchIds", "brandId", "branchKind", "weekdays"] as const),
  ...(["systems", "forms", "segmentId", "tagId"] as const),
];
/** What one condition of a segment lists at most. */
const SEGMENT_BRANCHES_MAX = 50;

/**
 * Where a segment begins of those whom a list is of. Null: something tells them apart that no segment asks for
 * (who is new, an hour, a way in), or in another way: it would be of other people than the list counts.
 */
export function segmentOf(
  list: Readonly<Record<string, string>>,
  known: KnownOfLists,
): string | null {
  const { from, to, systems, forms, tagId } = list;
  if (Object.keys(list).some((name) => !CARRIED.some((carried) => carried === name))) return null;
  // Without them the list is of the last days, whenever it is opened.
  if (!from || !to) return null;
  const branchIds = list.branchIds?.toLowerCase().split(",");
  if (branchIds ? branchIds.length > SEGMENT_BRANCHES_MAX : !known.seesAll) return null;
  // The days of a segment begin at midnight.
  const meant = known.dayStarts.filter(({ branchId }) => branchIds?.includes(branchId) ?? true);
  if (meant.some(({ dayStartsHour }) => dayStartsHour !== 0)) return null;
  // Nor does it ask for devices that said nothing of themselves.
  if ([systems, forms].some((words) => words?.split(",").includes(UNKNOWN))) return null;
  const mark = tagId === undefined ? {} : nameMark(tagId.toLowerCase(), known.marks);
  if (mark === null) return null;
  const query = toQuery({
    ...{ from, to, branchIds: branchIds?.join(","), brandIds: list.brandId?.toLowerCase() },
    ...{ branchKinds: list.branchKind, weekdays: list.weekdays, systems, forms },
    ...{ segmentId: list.segmentId?.toLowerCase(), ...mark },
  });
  return `/segments/new?${query}`;
}

/** A list names tags and groups alike. */
function nameMark(id: string, marks: Marks | undefined): Record<string, string> | null {
  if (marks?.tags.some((tag) => tag.id === id)) return { tagId: id };
  return marks?.groups.some((group) => group.id === id) ? { groupId: id } : null;
}
