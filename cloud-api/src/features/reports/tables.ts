import type { TenantTransaction } from "../../platform/db.ts";
import { findConsents } from "./consents.ts";
import { findCrowd } from "./crowd.ts";
import { type DescribedBy, findDescribed } from "./devices.ts";
import type { Question } from "./figures.ts";
import en from "./locales/file-en.json" with { type: "json" };
import vi from "./locales/file-vi.json" with { type: "json" };
import { findPlaces } from "./overview.ts";
import type { CountedAt } from "./pattern-queries.ts";
import {
  findCohorts,
  findDevices,
  findGaps,
  findHeatMap,
  findHours,
  findLanguages,
  findRecency,
  findVisitCounts,
} from "./patterns.ts";
import type { DeviceWord, Rise, Unit } from "./rules.ts";
import { findSeries } from "./series.ts";
import { findSignIns } from "./sign-ins.ts";
import { findAccessPoints, findPolicies } from "./use.ts";

export type Words = typeof en;
export const FILE_WORDS: Readonly<Record<"vi" | "en", Words>> = { vi, en };
/** By how many of its first columns a row is known again in another period. */
const KEYS: Readonly<Record<string, number>> = {
  ...{ "heat-map": 2, cohorts: 2, "return-gaps": 2, "sign-ins": 2 },
  ...{ policies: 2, "access-points": 2 },
};
export const keysOf = (table: string): number => KEYS[table] ?? 1;

/** What a table is called. */
export const nameTable = (words: Words, table: string): string =>
  words[`title-${table}` as keyof Words] ?? table;
export type Cell = string | number | null;
type Word = keyof Words;

/** What a report asks for beside what every report does. */
export type Details = { by: "branch" | "brand"; unit: Unit; counted: CountedAt; words: Words };

/** A report's numbers in rows of one kind; `columns` are called as this API calls them. */
export type FoundTable = {
  columns: readonly Word[];
  rows: Cell[][];
  /** Whether the last row is of all the others together. */
  hasSum: boolean;
  /** What it means that a row's numbers rise, by its cells and its place, where their columns do not say it. */
  riseOfRow?: (cells: readonly Cell[], at: number) => Rise;
};
type Find<Found> = (tx: TenantTransaction, question: Question, details: Details) => Promise<Found>;

const FIGURES = [
  ...(["visits", "anonymousVisits", "customers", "newCustomers", "returningCustomers"] as const),
  ...(["endedVisits", "dwellSeconds", "averageStaySeconds", "connectedSeconds"] as const),
  ...(["uploadBytes", "downloadBytes", "departures"] as const),
];
const HOUR_SUMS = [
  ...(["visits", "departures", "present", "presentSeconds"] as const),
  ...(["endedVisits", "dwellSeconds", "averageStaySeconds"] as const),
];

const USE = ["sessions", "customers", "connectedSeconds", "uploadBytes", "downloadBytes"] as const;

/** With how long a stay was on average; null: none is over. */
const withStay = <Row extends { endedVisits: number; dwellSeconds: number }>(row: Row) => ({
  ...row,
  averageStaySeconds: row.endedVisits === 0 ? null : Math.round(row.dwellSeconds / row.endedVisits),
});

/** A row of values for each of `rows`, the last of which may be their `sum`. */
function toTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly (Word & keyof Row)[],
  { hasSum = false } = {},
): FoundTable {
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] as Cell)), hasSum };
}

/** A box of a newer release may tell of one that has no word yet. */
const wordOr = (words: Readonly<Record<string, string>>, key: string, name: string): string =>
  words[key] ?? name;

/** What a browser said of its device; what none has said is not known. */
const nameDevice = (words: Words, by: DescribedBy, name: DeviceWord): string =>
  wordOr(words, `${by}-${name}`, words.unknown);

/** Every report as a table. */
export const FOUND_TABLES: Readonly<Record<string, Find<FoundTable>>> = {
  overview: async (tx, question, { by, words }) => {
    const told = await findPlaces(tx, { question, by });
    const rows = [
      ...told.rows.map(({ name, figures }) => ({ [by]: name, ...withStay(figures) })),
      { [by]: words.total, ...withStay(told.figures) },
    ];
    return toTable(rows as Record<Word, Cell>[], [by, ...FIGURES], { hasSum: true });
  },
  series: async (tx, question, { unit, words }) => {
    const { points, total } = await findSeries(tx, { question, unit });
    const shown: Word[] = ["slot", ...FIGURES];
    const rows = [...points, { slot: words.total, ...total }].map(withStay);
    return toTable(rows as unknown as Record<Word, Cell>[], shown, { hasSum: true });
  },
  "heat-map": async (tx, question) => {
    const { cells } = await findHeatMap(tx, question);
    return toTable(cells.map(withStay), ["weekday", "hour", "days", ...HOUR_SUMS]);
  },
  hours: async (tx, question) => {
    const { hours } = await findHours(tx, question);
    return toTable(hours.map(withStay), ["hour", ...HOUR_SUMS]);
  },
  "visit-counts": async (tx, question, { counted, words }) => {
    const { rows, total } = await findVisitCounts(tx, { question, counted });
    const classes = total.classes.map(({ visitClass }) => `class-${visitClass}` as Word);
    const toCells = (name: Cell, row: typeof total): Cell[] => [
      ...[name, row.visits, row.anonymousVisits],
      ...row.classes.map(({ visits }) => visits),
    ];
    return {
      columns: ["branch", "visits", "anonymousVisits", ...classes],
      rows: [...rows.map((row) => toCells(row.name, row)), toCells(words.total, total)],
      hasSum: true,
    };
  },
  cohorts: async (tx, question) => {
    const { cohorts } = await findCohorts(tx, question);
    const rows = cohorts.flatMap(({ month, customers: cohortSize, months }) =>
      months.map((each) => ({ month, cohortSize, ...each })),
    );
    return toTable(rows, ["month", "after", "customers", "cohortSize"]);
  },
  "return-gaps": async (tx, question) => {
    const { gaps } = await findGaps(tx, question);
    return toTable(gaps, ["fromDays", "toDays", "returns"]);
  },
  recency: async (tx, question, { words }) => {
    const { rows } = await findRecency(tx, question);
    const named = rows.map((row) => ({ ...row, recency: words[row.recency] }));
    const table = toTable(named, ["recency", "customers"]);
    return { ...table, riseOfRow: (_, at) => (rows[at]?.recency === "active" ? "good" : "bad") };
  },
  languages: async (tx, question, { words }) => {
    const { rows } = await findLanguages(tx, question);
    const named = rows.map((row) => ({ ...row, language: row.language ?? words.unknown }));
    return toTable(named, ["language", "customers"]);
  },
  "sign-ins": async (tx, question, { words }) => {
    const { methods, channels } = await findSignIns(tx, question);
    const rows = [
      ...methods.map(({ name, count }) => ({
        ...{ stepName: words.online, method: wordOr(words, `method-${name}`, name), count },
      })),
      ...(channels ?? []).map(({ name, count }) => ({
        ...{ stepName: words["code-asked"], method: wordOr(words, `channel-${name}`, name), count },
      })),
    ];
    return toTable(rows, ["stepName", "method", "count"]);
  },
  crowd: async (tx, question) => {
    const { hours } = await findCrowd(tx, question);
    const named = hours.map((row) => ({ ...row, branch: row.branchName }));
    return toTable(named, ["hour", "peak", "branch", "day"]);
  },
  "crowd-branches": async (tx, question) => {
    const { rows } = await findCrowd(tx, question);
    const named = rows.map((row) => ({ ...row, branch: row.name }));
    return toTable(named, ["branch", "peak", "day", "hour"]);
  },
  consents: async (tx, question, { words }) => {
    const { rows } = await findConsents(tx, question);
    const named = rows.map(({ purpose, given, withdrawn, unasked }) => ({
      ...{ purpose: words[`purpose-${purpose}`], agreed: given, withdrawn, unasked },
    }));
    return toTable(named, ["purpose", "agreed", "withdrawn", "unasked"]);
  },
  policies: async (tx, question, { words }) => {
    const { rows, total } = await findPolicies(tx, question);
    const named = [
      ...rows.map((row) => ({ ...row, branch: row.branchName, policy: row.name ?? words.unknown })),
      { ...total, branch: words.total, policy: null },
    ];
    return toTable(named, ["branch", "policy", ...USE, "timedOut"], { hasSum: true });
  },
  "access-points": async (tx, question, { words }) => {
    const { rows, total } = await findAccessPoints(tx, question);
    const named = [
      ...rows.map((row) => ({ ...row, branch: row.branchName, nas: row.name ?? words.unknown })),
      { ...total, branch: words.total, nas: null },
    ];
    return toTable(named, ["branch", "nas", ...USE, "going", "lost", "short", "refused"], {
      hasSum: true,
    });
  },
  systems: async (tx, question, { words }) => {
    const { rows } = await findDescribed(tx, { question, by: "system" });
    const named = rows.map(({ name, visits }) => ({
      system: nameDevice(words, "system", name),
      visits,
    }));
    return toTable(named, ["system", "visits"]);
  },
  "device-forms": async (tx, question, { words }) => {
    const { rows } = await findDescribed(tx, { question, by: "form" });
    const named = rows.map(({ name, visits }) => ({
      deviceForm: nameDevice(words, "form", name),
      visits,
    }));
    return toTable(named, ["deviceForm", "visits"]);
  },
  devices: async (tx, question, { words }) => {
    const { rows } = await findDevices(tx, question);
    const named = rows.map((row) => ({ ...row, kind: words[row.kind] }));
    return toTable(named, ["kind", "visits"]);
  },
};

/** The same, below a row that names the columns. */
export const TABLES: Readonly<Record<string, Find<Cell[][]>>> = Object.fromEntries(
  Object.entries(FOUND_TABLES).map(([name, find]) => [
    name,
    async (tx, question, details) => {
      const { columns, rows } = await find(tx, question, details);
      return [columns.map((column) => details.words[column]), ...rows];
    },
  ]),
);
