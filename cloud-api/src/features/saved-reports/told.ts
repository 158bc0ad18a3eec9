import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { PrintedReport, PrintLanguage } from "../../platform/printed.ts";
import type { Grant } from "../../platform/rights.ts";
import {
  FILE_WORDS,
  findAround,
  findOverview,
  keysOf,
  nameTable,
  narrowsOf,
  type Period,
  printFigure,
  printTable,
  readNarrowingOf,
  readQuestion,
  TABLES,
} from "../reports/index.ts";
import type { SavedReport } from "./queries.ts";
import { daysOf, FIGURES, fitBranches, joinRows, partsOf, unitOf } from "./rules.ts";
import type { ToldReply } from "./schema.ts";

/** Whose rights it is told by: what they may not see is not in it. */
export type Reader = {
  grants: readonly Grant[];
  source: Pick<Context, "hooks" | "permissions">;
};

type Asked = {
  saved: Pick<SavedReport, "report" | "period" | "days" | "compared" | "query">;
  /** From which day its period is counted. */
  today: string;
  reader: Reader;
};

/** What a kept report asks in somebody's name; refuses what they may not see. */
export async function askReport(tx: TenantTransaction, { saved, today, reader }: Asked) {
  const branchIds = fitBranches(saved.query.branchIds, tx.branchIds);
  if (branchIds === null) throw refuseBranches();
  const { by = "branch", unit, counted = "everywhere", ...filters } = saved.query;
  const period = saved.days ?? daysOf(saved.period ?? "30-days", today);
  const narrows = { query: filters, narrows: narrowsOf(saved.report) };
  const narrow = readNarrowingOf(reader.grants, reader.source, narrows);
  const query = { ...filters, ...(branchIds && { branchIds }) };
  const askOf = (days: Period) => readQuestion(tx, { ...query, ...days }, narrow);
  const question = await askOf(period);
  // A company that has none yet is told of none; somebody of some branches is refused those of others.
  if (question.branches.length === 0 && tx.branchIds !== null) throw refuseBranches();
  const asked = saved.query.branchIds?.split(",").length ?? 0;
  return {
    ...{ period, question, askOf, details: { by, unit: unit ?? unitOf(period), counted } },
    branchesLeftOut: asked - (branchIds?.split(",").length ?? 0),
    query: { ...saved.query, ...(branchIds && { branchIds }) },
  };
}

type Saying = Asked & { language: PrintLanguage };

/** The same on pages, with what it is of around it. */
export async function printSaved(
  tx: TenantTransaction,
  asked: Saying & { saved: Asked["saved"] & { name: string } },
): Promise<{ printed: PrintedReport; told: ToldReply }> {
  const { language, saved } = asked;
  const { question, branchesLeftOut } = await askReport(tx, asked);
  const told = await tellReport(tx, asked);
  const words = FILE_WORDS[language];
  const { before } = told;
  const printed = {
    ...(await findAround(tx, { question, language, before, branchesLeftOut })),
    title: saved.name,
    figures: told.figures.map(({ name, ...figure }) => ({
      label: words[name],
      ...printFigure(figure, language),
    })),
    parts: told.parts.map((part) => printTable(part, language)),
  };
  return { printed, told };
}

/** What a kept report says to somebody: its numbers, each beside the one that it is set against. */
export async function tellReport(
  tx: TenantTransaction,
  { language, ...told }: Saying,
): Promise<ToldReply> {
  const { report, compared } = told.saved;
  const { period, question, askOf, branchesLeftOut, query, ...asked } = await askReport(tx, told);
  const all = await findOverview(tx, { question, by: "branch" });
  const other = compared === "nothing" ? null : compared === "before" ? all.before : all.lastYear;
  // The slots of both are of one length, so that they stand beside each other.
  const details = { ...asked.details, words: FILE_WORDS[language] };
  const questionBefore = other && (await askOf(other.period));
  const parts: ToldReply["parts"] = [];
  for (const name of partsOf(report)) {
    const [heads = [], ...rows] = (await TABLES[name]?.(tx, question, details)) ?? [];
    const before = questionBefore && (await TABLES[name]?.(tx, questionBefore, details));
    const keys = keysOf(name);
    parts.push({
      ...{ name, keys, title: nameTable(FILE_WORDS[language], name) },
      heads: heads.map(String),
      rows: joinRows(rows, before?.slice(1) ?? null, keys),
    });
  }
  return {
    ...{ asOf: all.freshness.asOf, isBehind: all.freshness.isBehind, period },
    ...{ before: other?.period ?? null, branchesLeftOut, query },
    figures: FIGURES.map((name) => ({
      ...{ name, now: all.figures[name], before: other?.figures[name] ?? null },
    })),
    parts,
  };
}

const refuseBranches = () =>
  refuse("forbidden", "This report is of branches that your role does not cover.", {
    field: "/branchIds",
  });
