import type { TenantTransaction } from "../../platform/db.ts";
import { NARROWED_BY } from "../../platform/narrowing.ts";
import {
  type PrintedPart,
  type PrintedReport,
  type PrintLanguage,
  printCell,
  printTime,
} from "../../platform/printed.ts";
import { getTenant } from "../tenants/index.ts";
import { chartOf } from "./charts.ts";
import { listReportBranches } from "./figure-queries.ts";
import { describeFreshness, type Question } from "./figures.ts";
import type { Period, Rise } from "./rules.ts";
import { type Cell, FILE_WORDS, type Words } from "./tables.ts";

const NAMED_BRANCHES_MAX = 6;

/** What is said around the tables of a printed report. */
type Around = Omit<PrintedReport, "title" | "figures" | "parts"> & {
  words: PrintedReport["words"];
};
type Asked = {
  question: Question;
  language: PrintLanguage;
  /** The days its numbers stand against. */
  before?: Period | null;
  /** Branches that were asked for and that whoever reads may not see. */
  branchesLeftOut?: number;
};

/** Of whose branches and days a printed report is, and when it was counted. */
export async function findAround(tx: TenantTransaction, asked: Asked): Promise<Around> {
  const { question, language } = asked;
  const words = FILE_WORDS[language];
  const { name: company } = await getTenant(tx);
  const freshness = await describeFreshness(tx, question.filter);
  const zone = question.branches[0]?.timeZone ?? "UTC";
  const time = printTime(language, new Date(freshness.asOf), zone);
  const source = [
    fill(words["print-as-of"], { time }),
    ...(freshness.isBehind ? [words["print-behind"]] : []),
    ...(freshness.branchesCountedAnew > 0 ? [words["print-counted-anew"]] : []),
    ...(freshness.faultyDays > 0 ? [words["print-faulty"]] : []),
  ].join(" · ");
  return {
    ...{ language, company, source, printedAt: tx.now },
    about: sayAsked(tx, asked),
    words: sayPages(words),
  };
}

/** Of which places and days a question is, narrowed by what: a line each. */
export function sayAsked(tx: TenantTransaction, asked: Asked): string[] {
  const words = FILE_WORDS[asked.language];
  return [
    namePlaces(asked, { words, isWhole: tx.branchIds === null }),
    nameDays(asked, words),
    nameNarrowing(asked.question, words),
  ].filter((line) => line !== "");
}

/** The same of a report that counts no visits: it is of this moment. */
export async function findAroundCompany(
  tx: TenantTransaction,
  { language, about }: { language: PrintLanguage; about: readonly string[] },
): Promise<Around> {
  const words = FILE_WORDS[language];
  const { name: company } = await getTenant(tx);
  const [branch] = await listReportBranches(tx);
  const time = printTime(language, tx.now, branch?.timeZone ?? "UTC");
  const source = fill(words["print-as-of"], { time });
  return { language, company, source, printedAt: tx.now, about, words: sayPages(words) };
}

const sayPages = (words: Words): PrintedReport["words"] => ({
  page: (at, all) => fill(words["print-page"], { at, all }),
  continues: (title) => fill(words["print-continues"], { title }),
});

/** All branches are those of the company, and not those that somebody reaches. */
function namePlaces(
  { question, branchesLeftOut = 0 }: Asked,
  { words, isWhole }: { words: Words; isWhole: boolean },
): string {
  const { branches, asked } = question;
  const names = branches.slice(0, NAMED_BRANCHES_MAX).map(({ name }) => name);
  const more = branches.length - names.length;
  const named =
    more > 0
      ? fill(words["print-more"], { names: names.join(", "), count: more })
      : names.join(", ");
  const brand = asked.brandId === undefined ? null : (branches[0]?.brandName ?? null);
  const kind = asked.branchKind && words[`branch-kind-${asked.branchKind}` as keyof Words];
  const isAll =
    isWhole && [asked.brandId, asked.branchIds, asked.branchKind].every((one) => one === undefined);
  return [
    ...[brand, kind].flatMap((each) => each || []),
    isAll ? fill(words["print-all-branches"], { count: branches.length }) : named,
    ...(branchesLeftOut > 0 ? [fill(words["print-left-out"], { count: branchesLeftOut })] : []),
  ].join(" · ");
}

function nameDays({ question, language, before }: Asked, words: Words): string {
  const say = (pattern: string, { from, to }: Period) =>
    fill(pattern, { from: printCell(language, from), to: printCell(language, to) });
  const days = say(words["print-days"], question.filter.period);
  return before ? `${days} · ${say(words["print-against"], before)}` : days;
}

const nameNarrowing = ({ asked }: Question, words: Words): string =>
  NARROWED_BY.flatMap((name) => {
    const value = asked[name];
    return value === undefined ? [] : [fill(words[`by-${name}`], { value })];
  }).join(" · ");

/** What is filled in may hold braces of its own: it is read once. */
export const fill = (pattern: string, values: Readonly<Record<string, string | number>>): string =>
  pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));

type ToldTable = {
  name: string;
  /** What people call it and its columns. */
  title: string;
  heads: readonly string[];
  /** As this API calls them. */
  columns: readonly string[];
  keys: number;
  /** Whether the last row is of all the others together. */
  hasSum: boolean;
  rows: readonly { cells: readonly Cell[]; before: readonly Cell[] | null }[];
};

/** A table of a report, drawn and as it is. */
export function printTable(table: ToldTable, language: PrintLanguage): PrintedPart {
  const { name, title, heads, columns, keys, hasSum, rows } = table;
  const words = FILE_WORDS[language];
  const counted = hasSum ? rows.slice(0, -1) : rows;
  const drawn = { columns, rows: counted.map(({ cells }) => cells) };
  return {
    ...{ title, heads, keys },
    rows: rows.map((row, at) => ({ ...row, isTotal: at >= counted.length })),
    chart: chartOf(name, drawn, { words, language }),
  };
}

type ToldFigure = { now: number; before: number | null; rise: Rise };

/** A main number, and what it stands against; where less of it is better, also whether it is. */
export function printFigure({ now, before, rise }: ToldFigure, language: PrintLanguage) {
  const words = FILE_WORDS[language];
  if (before === null) return { now: printCell(language, now), before: null };
  // Against nothing there is no change, as on tiles.
  const isJudged = rise === "bad" && before !== 0 && now !== before;
  const said = isJudged ? words[now < before ? "print-better" : "print-worse"] : null;
  const against = fill(words["print-before"], { count: printCell(language, before) });
  return {
    now: printCell(language, now),
    before: said === null ? against : `${against}, ${said}`,
  };
}
