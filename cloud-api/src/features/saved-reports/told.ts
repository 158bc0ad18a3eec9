import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { PrintedReport, PrintLanguage } from "../../platform/printed.ts";
import type { SignIn } from "../../platform/session.ts";
import {
  FILE_WORDS,
  FOUND_TABLES,
  findAround,
  findOverview,
  findToday,
  keysOf,
  nameTable,
  narrowsOf,
  type Period,
  printFigure,
  printTable,
  readNarrowingOf,
  readQuestion,
} from "../reports/index.ts";
import type { Asked, Reader } from "./asking.ts";
import { askBreakdown, findAroundBreakdown, isBreakdown, tellBreakdown } from "./breakdown.ts";
import type { SavedReport } from "./queries.ts";
import { getSaved } from "./rights.ts";
import { daysOf, FIGURES, fitBranches, joinRows, partsOf, unitOf } from "./rules.ts";
import type { ToldQuery, ToldReply } from "./schema.ts";

type Telling = {
  id: string;
  query: ToldQuery;
  signIn: Pick<SignIn, "staffId" | "grants">;
  source: Reader["source"];
};

/** Refuses a report that whoever wants it kept could not read. */
export async function refuseUnasked(tx: TenantTransaction, asked: Asked): Promise<void> {
  if (isBreakdown(asked.saved)) await askBreakdown(tx, asked);
  else await askReport(tx, asked);
}

/** What a kept report of visits asks in somebody's name; refuses what they may not see. */
async function askReport(tx: TenantTransaction, { saved, today, reader }: Asked) {
  if (saved.query.field !== undefined)
    throw refuse("invalid", "Only a breakdown is by a field.", { field: "/field" });
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

/** What a kept report says to somebody: its numbers, each beside the one that it is set against. */
const tell = (tx: TenantTransaction, saying: Saying): Promise<ToldReply> =>
  isBreakdown(saying.saved) ? tellBreakdown(tx, saying) : tellReport(tx, saying);

async function tellReport(
  tx: TenantTransaction,
  { language, ...told }: Saying,
): Promise<ToldReply> {
  const { report } = told.saved;
  const { period, question, askOf, branchesLeftOut, query, ...asked } = await askReport(tx, told);
  const all = await findOverview(tx, { question, by: "branch" });
  const other = await findOther(tx, { told, all, askOf });
  // The slots of both are of one length, so that they stand beside each other.
  const details = { ...asked.details, words: FILE_WORDS[language] };
  const parts: ToldReply["parts"] = [];
  for (const name of partsOf(report)) {
    const find = FOUND_TABLES[name];
    if (!find) throw new Error(`No report is called ${name}.`);
    const { columns, rows, hasSum } = await find(tx, question, details);
    const before = other && (await find(tx, other.question, details)).rows;
    const keys = keysOf(name);
    parts.push({
      ...{ name, keys, hasSum, title: nameTable(details.words, name), columns: [...columns] },
      heads: columns.map((column) => details.words[column]),
      rows: joinRows(rows, before, { keys, hasSum }),
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

type Overview = Awaited<ReturnType<typeof findOverview>>;
type Question = Awaited<ReturnType<typeof readQuestion>>;

/** What its numbers are set against: days of its own, or another kept one's. Null: nothing. */
async function findOther(
  tx: TenantTransaction,
  { told, all, askOf }: { told: Asked; all: Overview; askOf: (days: Period) => Promise<Question> },
) {
  if (told.against) {
    const { period, question } = await askReport(tx, { ...told, saved: told.against });
    const { figures } = await findOverview(tx, { question, by: "branch" });
    return { period, question, figures };
  }
  const compared = told.compared ?? told.saved.compared;
  if (compared === "nothing") return null;
  const { period, figures } = compared === "before" ? all.before : all.lastYear;
  return { period, figures, question: await askOf(period) };
}

/** One that is kept, as somebody asks for it. */
async function findSaying(tx: TenantTransaction, { id, query, signIn, source }: Telling) {
  const { file: language = "vi", compared } = query;
  const { staffId, grants } = signIn;
  const saved = await getSaved(tx, { id, staffId });
  const against = query.against ? await getSaved(tx, { id: query.against, staffId }) : null;
  if (against && against.report !== saved.report)
    throw refuse("invalid", "Only two of the same report are set against each other.", {
      field: "/against",
    });
  const reader = { grants, source };
  return { saved, compared, against, today: await findToday(tx), language, reader };
}

export async function tellSaved(
  tx: TenantTransaction,
  telling: Telling,
): Promise<{ saved: SavedReport; told: ToldReply }> {
  const asked = await findSaying(tx, telling);
  return { saved: asked.saved, told: await tell(tx, asked) };
}

/** The same on pages, with what it is of around it. */
export async function printSaved(
  tx: TenantTransaction,
  telling: Telling,
): Promise<{ report: string; printed: PrintedReport }> {
  const asked = await findSaying(tx, telling);
  const { saved, language } = asked;
  const told = await tell(tx, asked);
  const words = FILE_WORDS[language];
  const printed = {
    ...(await findSavedAround(tx, asked, told)),
    title: saved.name,
    figures: told.figures.map(({ name, ...figure }) => ({
      ...{ label: words[name], ...printFigure(figure, language) },
    })),
    parts: told.parts.map((part) => printTable(part, language)),
  };
  return { report: saved.report, printed };
}

async function findSavedAround(tx: TenantTransaction, asked: Saying, told: ToldReply) {
  const { language } = asked;
  if (isBreakdown(asked.saved)) return findAroundBreakdown(tx, { told, language });
  const { question, branchesLeftOut } = await askReport(tx, asked);
  return findAround(tx, { question, language, before: told.before, branchesLeftOut });
}

const refuseBranches = () =>
  refuse("forbidden", "This report is of branches that your role does not cover.", {
    field: "/branchIds",
  });
