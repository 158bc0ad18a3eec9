import { BRANCH_KINDS, type BranchKind } from "../platform/branch-kinds.ts";
import { type Days, daysOf, PERIODS, type PeriodName, STANDARD } from "./periods.ts";

/** What a report is narrowed by, as an address keeps it. */
export type ReportFilters = {
  /** Null: the days `from` to `to`. */
  period: PeriodName | null;
  from: string | null;
  to: string | null;
  brandId: string | null;
  branchIds: readonly string[];
  /** Of the branches that are such places now. Null: of all. */
  branchKind: BranchKind | null;
  /** 1 is Monday. Empty: all. */
  weekdays: readonly number[];
  hours: readonly number[];
  /** Whose visits: of those who are in it, or have it, now. Null: everybody's. */
  segmentId: string | null;
  tagId: string | null;
  /** How they came, and what is known of whoever did. Empty: all. */
  languages: readonly string[];
  devices: readonly string[];
  systems: readonly string[];
  forms: readonly string[];
  methods: readonly string[];
};

/** Where something is counted: at all branches, at some, at a brand's or at those of a kind. */
export type Places = Pick<ReportFilters, "brandId" | "branchIds" | "branchKind">;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const WORD = /^[a-z][a-z-]{0,34}$/i;
const ID = /^[0-9a-f-]{36}$/i;

/** Reads the filters out of an address; what is not understood is as if it were not there. */
export function readFilters(
  parameters: URLSearchParams,
  standard: PeriodName = STANDARD,
): ReportFilters {
  const [from, to] = [readDayOf(parameters.get("from")), readDayOf(parameters.get("to"))];
  const isOwn = from !== null && to !== null && from <= to;
  const named = PERIODS.find((each) => each === parameters.get("period"));
  return {
    period: isOwn ? null : (named ?? standard),
    ...(isOwn ? { from, to } : { from: null, to: null }),
    brandId: idOf(parameters.get("brandId")),
    branchIds: listOf(parameters.get("branchIds")).filter((id) => ID.test(id)),
    branchKind: BRANCH_KINDS.find((each) => each === parameters.get("branchKind")) ?? null,
    weekdays: numbersOf(parameters.get("weekdays"), 1, 7),
    hours: numbersOf(parameters.get("hours"), 0, 23),
    segmentId: idOf(parameters.get("segmentId")),
    tagId: idOf(parameters.get("tagId")),
    languages: wordsOf(parameters.get("languages")),
    devices: wordsOf(parameters.get("devices")),
    systems: wordsOf(parameters.get("systems")),
    forms: wordsOf(parameters.get("forms")),
    methods: wordsOf(parameters.get("methods")),
  };
}

const idOf = (text: string | null): string | null => (text && ID.test(text) ? text : null);
const wordsOf = (text: string | null): string[] => listOf(text).filter((word) => WORD.test(word));
const listOf = (text: string | null): string[] => (text ? text.split(",") : []);

function numbersOf(text: string | null, min: number, max: number): number[] {
  const numbers = listOf(text).map((part) => (/^\d{1,2}$/.test(part) ? Number(part) : -1));
  return [...new Set(numbers.filter((each) => each >= min && each <= max))].sort((a, b) => a - b);
}

function readDayOf(text: string | null): string | null {
  if (!text || !DAY.test(text)) return null;
  return Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? null : text;
}

/** The filters as an address keeps them; what is as the page begins is left out. */
export function writeFilters(
  filters: ReportFilters,
  standard: PeriodName = STANDARD,
): Record<string, string | null> {
  const { period, from, to, ...places } = filters;
  return {
    period: period === standard ? null : period,
    ...(period === null ? { from, to } : { from: null, to: null }),
    ...writePlaces(places),
  };
}

type Narrowing = Omit<ReportFilters, "period" | "from" | "to">;

const writePlaces = ({ brandId, branchIds, branchKind, ...narrowing }: Narrowing) => ({
  ...{ brandId, branchKind },
  branchIds: branchIds.join(",") || null,
  ...writeNarrowing(narrowing),
});

/** What is told apart beside places and days. */
export const writeNarrowing = ({ weekdays, hours, ...who }: Omit<Narrowing, keyof Places>) => ({
  weekdays: weekdays.join(",") || null,
  hours: hours.join(",") || null,
  segmentId: who.segmentId,
  tagId: who.tagId,
  languages: who.languages.join(",") || null,
  devices: who.devices.join(",") || null,
  systems: who.systems.join(",") || null,
  forms: who.forms.join(",") || null,
  methods: who.methods.join(",") || null,
});

type Chosen = Pick<ReportFilters, "period" | "from" | "to">;

export function daysAsked({ period, from, to }: Chosen, today: string): Days {
  if (period === null && from !== null && to !== null) return { from, to };
  return daysOf(period ?? STANDARD, today);
}

/** The filters as the API is asked. */
export function toQuery(filters: ReportFilters, today: string): Record<string, string | null> {
  return { ...daysAsked(filters, today), ...writePlaces(filters) };
}

const API = "/api/v1";

/** Where the staff app lists what the API lists at an address: both have it at the same path. */
export const screenOf = (address: string): string =>
  address.startsWith(API) ? address.slice(API.length) : address;
