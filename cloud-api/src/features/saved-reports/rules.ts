/** Every report that can be kept, as its page is called. */
export const REPORTS = [
  ...([
    "overview",
    "new-returning",
    "visit-counts",
    "hours",
    "crowd",
    "people",
    "cohorts",
  ] as const),
  ...(["return-gaps", "recency", "sign-ins", "devices", "consents", "policies"] as const),
  ...(["access-points", "breakdown", "satisfaction", "scores"] as const),
  ...(["sign-in-funnel", "cases", "customer-visits"] as const),
];
export type ReportName = (typeof REPORTS)[number];

/** Of one person by name: it leaves as lists of customers do, and by no mail. */
export const tellsOfOne = (report: ReportName): boolean => report === "customer-visits";

/** Some pages hold several tables. Who came is told one by one on its page alone; here it is counted. */
const PARTS: Partial<Record<ReportName, readonly string[]>> = {
  "new-returning": ["series", "overview"],
  hours: ["hours", "heat-map"],
  crowd: ["crowd", "crowd-branches"],
  devices: ["device-forms", "systems", "languages", "devices"],
  people: ["overview"],
};
export const partsOf = (report: ReportName): readonly string[] => PARTS[report] ?? [report];

export const PERIODS = [
  ...(["today", "yesterday", "7-days", "30-days", "90-days"] as const),
  ...(["month", "last-month", "year", "12-months"] as const),
];
export type PeriodName = (typeof PERIODS)[number];
/** Days of the calendar, both included. */
export type Days = { from: string; to: string };

const DAY_MS = 86_400_000;
const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** How many days back the periods begin that end today. */
const BACK: Partial<Record<PeriodName, number>> = {
  ...{ today: 0, "7-days": 6, "30-days": 29, "90-days": 89, "12-months": 364 },
};

/** The days of a period, seen from a day: those that the pages of reports mean by its name. */
export function daysOf(period: PeriodName, today: string): Days {
  const back = BACK[period];
  if (back !== undefined) return { from: addDays(today, -back), to: today };
  const monthBegins = `${today.slice(0, 7)}-01`;
  switch (period) {
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    case "last-month": {
      const to = addDays(monthBegins, -1);
      return { from: `${to.slice(0, 7)}-01`, to };
    }
    case "year":
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
    default:
      return { from: monthBegins, to: today };
  }
}

/** So many slots as a page can hold. */
export function unitOf({ from, to }: Days): "hour" | "day" | "week" | "month" {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  if (days <= 2) return "hour";
  if (days <= 100) return "day";
  return days <= 400 ? "week" : "month";
}

export const COMPARISONS = ["nothing", "before", "last-year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** How often a report is written to somebody. */
export const RHYTHMS = ["day", "week", "month"] as const;
export type Every = (typeof RHYTHMS)[number];

export const NAME_LENGTH_MAX = 80;
export const NOTE_LENGTH_MAX = 500;
/** Of one person. */
export const REPORTS_MAX = 100;
/** Colleagues whom one order is written to, beside whoever gave it. */
export const READERS_MAX = 50;

/**
 * The branches that a kept report asks for, as far as somebody may see them. Undefined: it asks for all
 * that they may; null: for none of those.
 */
export function fitBranches(
  asked: string | undefined,
  reach: readonly string[] | null,
): string | undefined | null {
  if (asked === undefined || reach === null) return asked;
  const fitting = asked.split(",").filter((id) => reach.includes(id.toLowerCase()));
  return fitting.length > 0 ? fitting.join(",") : null;
}

export type Cell = string | number | null;
/** A row of a table, with the same one of the period that it is set against; null: there is none. */
export type ToldRow = { cells: Cell[]; before: Cell[] | null };

/** `isDated`: whether what looks like a day is one, and no words of somebody's. */
type Joining = { keys: number; hasSum?: boolean; isDated?: boolean };

const DATED = /^\d{4}-\d\d/;

/**
 * Rows of a table beside the rows that stand for the same in another period: by their first columns,
 * and where those are days or months, by the how-manieth they are. Those that only the other period
 * has come after, but before a sum, so that the numbers of both come to theirs.
 */
export function joinRows(
  now: readonly Cell[][],
  before: readonly Cell[][] | null,
  { keys, hasSum = false, isDated = true }: Joining,
): ToldRow[] {
  if (before === null) return now.map((cells) => ({ cells, before: null }));
  const waiting = new Map<string, Cell[][]>();
  const keyBefore = keyBy(isDated ? before : [], keys);
  for (const row of before) {
    const key = keyBefore(row);
    waiting.set(key, [...(waiting.get(key) ?? []), row]);
  }
  const keyNow = keyBy(isDated ? now : [], keys);
  // Two branches of one name stand in one order in both.
  const rows = now.map((cells) => ({ cells, before: waiting.get(keyNow(cells))?.shift() ?? null }));
  const left = new Set([...waiting.values()].flat());
  const gone = before.filter((row) => left.has(row)).map((row) => leaveEmpty(row, keys));
  const end = hasSum ? rows.length - 1 : rows.length;
  return [...rows.slice(0, end), ...gone, ...rows.slice(end)];
}

/** A row that only the other period has. */
const leaveEmpty = (before: Cell[], keys: number): ToldRow => ({
  cells: before.map((cell, at) => (at < keys ? cell : null)),
  before,
});

/** `rows`: those among whose first cells the days are told by their places. */
function keyBy(rows: readonly Cell[][], keys: number): (row: readonly Cell[]) => string {
  const dates = [...new Set(rows.map(([first]) => first))].filter(
    (each) => typeof each === "string" && DATED.test(each),
  );
  return (row) =>
    JSON.stringify(
      row.slice(0, keys).map((cell, at) => {
        const place = at === 0 ? dates.indexOf(cell ?? null) : -1;
        return place < 0 ? cell : { place };
      }),
    );
}

export const VISIT_FIGURES = ["visits", "customers", "newCustomers", "returningCustomers"] as const;
/** Shares are of a hundred answers that rate something. */
const ANSWER_FIGURES = ["answers", "satisfiedShare", "unsatisfiedShare", "averageScore"] as const;
/** Shares are of a hundred devices that were seen. */
const FUNNEL_FIGURES = ["devicesSeen", "cameOnline", "devicesLost", "onlineShare"] as const;
/** Shares are of a hundred closed ones whose customer is known. */
const CASE_FIGURES = [
  ...(["raisedCases", "closedCases", "lateCases"] as const),
  ...(["hoursToClose", "cameAgainShare"] as const),
] as const;
export const FIGURES = [...VISIT_FIGURES, ...ANSWER_FIGURES, ...FUNNEL_FIGURES, ...CASE_FIGURES];
export type FigureName = (typeof FIGURES)[number];

/** The main numbers of reports that count something else than visits. */
const FIGURES_OF: Partial<Record<ReportName, readonly FigureName[]>> = {
  breakdown: ["customers"],
  satisfaction: ANSWER_FIGURES,
  scores: ["customers"],
  "sign-in-funnel": FUNNEL_FIGURES,
  cases: CASE_FIGURES,
  "customer-visits": ["visits"],
};
export const figuresOf = (report: ReportName): readonly FigureName[] =>
  FIGURES_OF[report] ?? VISIT_FIGURES;
