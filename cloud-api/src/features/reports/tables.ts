import type { TenantTransaction } from "../../platform/db.ts";
import { findConsents } from "./consents.ts";
import { findCrowd } from "./crowd.ts";
import type { Question } from "./figures.ts";
import en from "./locales/file-en.json" with { type: "json" };
import vi from "./locales/file-vi.json" with { type: "json" };
import { findOverview } from "./overview.ts";
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
import type { Unit } from "./rules.ts";
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

type Table = (tx: TenantTransaction, question: Question, details: Details) => Promise<Cell[][]>;

const FIGURES = [
  ...(["visits", "anonymousVisits", "customers", "newCustomers", "returningCustomers"] as const),
  ...(["endedVisits", "dwellSeconds", "connectedSeconds", "uploadBytes", "downloadBytes"] as const),
  "departures" as const,
];
const HOUR_SUMS = [
  ...(["visits", "departures", "present", "presentSeconds"] as const),
  ...(["endedVisits", "dwellSeconds"] as const),
];

const USE = ["sessions", "customers", "connectedSeconds", "uploadBytes", "downloadBytes"] as const;

/** A row of names, and below it a row of values for each of `rows`. */
function toTable<Row extends object>(
  rows: readonly Row[],
  { words, columns }: { words: Words; columns: readonly (Word & keyof Row)[] },
): Cell[][] {
  return [
    columns.map((column) => words[column]),
    ...rows.map((row) => columns.map((column) => row[column] as Cell)),
  ];
}

/** Every report as a table: its first row names the columns. */
export const TABLES: Readonly<Record<string, Table>> = {
  overview: async (tx, question, { by, words }) => {
    const told = await findOverview(tx, { question, by });
    const rows = [
      ...told.rows.map(({ name, figures }) => ({ [by]: name, ...figures })),
      { [by]: words.total, ...told.figures },
    ];
    return toTable(rows as Record<Word, Cell>[], { words, columns: [by, ...FIGURES] });
  },
  series: async (tx, question, { unit, words }) => {
    const { points, total } = await findSeries(tx, { question, unit });
    const shown: Word[] = ["slot", ...FIGURES];
    const rows = [...points, { slot: words.total, ...total }];
    return toTable(rows as unknown as Record<Word, Cell>[], { words, columns: shown });
  },
  "heat-map": async (tx, question, { words }) => {
    const { cells } = await findHeatMap(tx, question);
    return toTable(cells, { words, columns: ["weekday", "hour", "days", ...HOUR_SUMS] });
  },
  hours: async (tx, question, { words }) => {
    const { hours } = await findHours(tx, question);
    return toTable(hours, { words, columns: ["hour", ...HOUR_SUMS] });
  },
  "visit-counts": async (tx, question, { counted, words }) => {
    const { rows, total } = await findVisitCounts(tx, { question, counted });
    const classes = total.classes.map(({ visitClass }) => `class-${visitClass}` as Word);
    const toCells = (name: Cell, row: typeof total): Cell[] => [
      ...[name, row.visits, row.anonymousVisits],
      ...row.classes.map(({ visits }) => visits),
    ];
    return [
      (["branch", "visits", "anonymousVisits", ...classes] as const).map((word) => words[word]),
      ...rows.map((row) => toCells(row.name, row)),
      toCells(words.total, total),
    ];
  },
  cohorts: async (tx, question, { words }) => {
    const { cohorts } = await findCohorts(tx, question);
    const rows = cohorts.flatMap(({ month, months }) => months.map((each) => ({ month, ...each })));
    return toTable(rows, { words, columns: ["month", "after", "customers"] });
  },
  "return-gaps": async (tx, question, { words }) => {
    const { gaps } = await findGaps(tx, question);
    return toTable(gaps, { words, columns: ["fromDays", "toDays", "returns"] });
  },
  recency: async (tx, question, { words }) => {
    const { rows } = await findRecency(tx, question);
    const named = rows.map((row) => ({ ...row, recency: words[row.recency] }));
    return toTable(named, { words, columns: ["recency", "customers"] });
  },
  languages: async (tx, question, { words }) => {
    const { rows } = await findLanguages(tx, question);
    const named = rows.map((row) => ({ ...row, language: row.language ?? words.unknown }));
    return toTable(named, { words, columns: ["language", "customers"] });
  },
  "sign-ins": async (tx, question, { words }) => {
    const { methods, channels } = await findSignIns(tx, question);
    return [
      [words.stepName, words.method, words.count],
      ...methods.map(({ name, count }): Cell[] => [words.online, name, count]),
      ...channels.map(({ name, count }): Cell[] => [words["code-asked"], name, count]),
    ];
  },
  crowd: async (tx, question, { words }) => {
    const { hours } = await findCrowd(tx, question);
    const named = hours.map((row) => ({ ...row, branch: row.branchName }));
    return toTable(named, { words, columns: ["hour", "peak", "branch", "day"] });
  },
  consents: async (tx, question, { words }) => {
    const { rows } = await findConsents(tx, question);
    const named = rows.map(({ purpose, given, withdrawn, unasked }) => ({
      ...{ purpose: words[`purpose-${purpose}`], agreed: given, withdrawn, unasked },
    }));
    return toTable(named, { words, columns: ["purpose", "agreed", "withdrawn", "unasked"] });
  },
  policies: async (tx, question, { words }) => {
    const { rows, total } = await findPolicies(tx, question);
    const named = [
      ...rows.map((row) => ({ ...row, branch: row.branchName, policy: row.name ?? words.unknown })),
      { ...total, branch: words.total, policy: null },
    ];
    return toTable(named, { words, columns: ["branch", "policy", ...USE, "timedOut"] });
  },
  "access-points": async (tx, question, { words }) => {
    const { rows, total } = await findAccessPoints(tx, question);
    const named = [
      ...rows.map((row) => ({ ...row, branch: row.branchName, nas: row.name ?? words.unknown })),
      { ...total, branch: words.total, nas: null },
    ];
    return toTable(named, { words, columns: ["branch", "nas", ...USE, "going", "lost", "short"] });
  },
  devices: async (tx, question, { words }) => {
    const { rows } = await findDevices(tx, question);
    const named = rows.map((row) => ({ ...row, kind: words[row.kind] }));
    return toTable(named, { words, columns: ["kind", "visits"] });
  },
};
