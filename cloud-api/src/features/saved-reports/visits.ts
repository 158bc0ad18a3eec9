import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import {
  FILE_WORDS,
  FOUND_TABLES,
  findAround,
  findPlaces,
  keysOf,
  nameTable,
  type Period,
  readNarrowingOf,
  readQuestion,
} from "../reports/index.ts";
import type { Asked, Kind, Report, Saying } from "./asking.ts";
import { besideItself, findDaysBefore, readDays } from "./days.ts";
import { askPlaces, refuseBranches } from "./places.ts";
import { joinRows, partsOf, unitOf, VISIT_FIGURES } from "./rules.ts";

/** The periods that one is set against. */
type Beside = (period: Period) => readonly Period[];

/** What a kept report of visits asks in somebody's name; refuses what they may not see. */
async function askReport(
  tx: TenantTransaction,
  { saved, today, reader }: Asked,
  beside: Beside = () => [],
) {
  for (const field of ["field", "surveyId", "saleTypeId", "length", "customerId"] as const)
    if (saved.query[field] !== undefined)
      throw refuse("invalid", "A report of visits is not narrowed by that.", {
        field: `/${field}`,
      });
  const places = askPlaces(saved.query, tx.branchIds);
  const { by = "branch", unit, counted = "everywhere", ...filters } = places.query;
  const period = readDays({ saved, today });
  const narrow = readNarrowingOf(reader.grants, reader.source, filters);
  const askOf = (days: Period, besides: { beside?: Beside } = {}) =>
    readQuestion(tx, { ...filters, ...days }, narrow, besides);
  const question = await askOf(period, { beside });
  // A company that has none yet is told of none; somebody of some branches is refused those of others.
  if (question.branches.length === 0 && tx.branchIds !== null) throw refuseBranches();
  return {
    ...places,
    ...{ period, question, askOf, details: { by, unit: unit ?? unitOf(period), counted } },
  };
}

async function tellReport(tx: TenantTransaction, { language, ...told }: Saying): Promise<Report> {
  const { report } = told.saved;
  const { period, question, askOf, branchesLeftOut, query, ...asked } = await askReport(
    tx,
    told,
    besideOf(told),
  );
  const all = await findPlaces(tx, { question, by: "branch" });
  const other = await besideItself(() => findOther(tx, { told, period, askOf }));
  // The slots of both are of one length, so that they stand beside each other.
  const details = { ...asked.details, words: FILE_WORDS[language] };
  const parts: Report["parts"] = [];
  for (const name of partsOf(report)) {
    const find = FOUND_TABLES[name];
    if (!find) throw new Error(`No report is called ${name}.`);
    const { columns, rows, hasSum, riseOfRow } = await find(tx, question, details);
    const before = other && (await besideItself(() => find(tx, other.question, details))).rows;
    const keys = keysOf(name);
    parts.push({
      ...{ name, keys, hasSum, riseOfRow },
      ...{ title: nameTable(details.words, name), columns: [...columns] },
      heads: columns.map((column) => details.words[column]),
      rows: joinRows(rows, before, { keys, hasSum }),
    });
  }
  return {
    ...{ asOf: all.freshness.asOf, isBehind: all.freshness.isBehind, period },
    ...{ before: other?.period ?? null, branchesLeftOut, query },
    figures: VISIT_FIGURES.map((name) => ({
      ...{ name, now: all.figures[name], before: other?.figures[name] ?? null },
    })),
    parts,
  };
}

type Question = Awaited<ReturnType<typeof readQuestion>>;
type Asking = { told: Asked; period: Period; askOf: (days: Period) => Promise<Question> };

/** The days of its own that its days are set against: where both are too many, fewer of both are offered. */
const besideOf =
  (told: Asked): Beside =>
  (period) => {
    const before = told.against ? null : findDaysBefore(told, period);
    return before ? [before] : [];
  };

/** What its numbers are set against: days of its own, or another kept one's. Null: nothing. */
async function findOther(tx: TenantTransaction, asking: Asking) {
  const against = await askOther(tx, asking);
  if (against === null) return null;
  const { figures } = await findPlaces(tx, { question: against.question, by: "branch" });
  return { ...against, figures };
}

async function askOther(tx: TenantTransaction, { told, period: own, askOf }: Asking) {
  if (told.against) return askReport(tx, { ...told, saved: told.against });
  const period = findDaysBefore(told, own);
  return period && { period, question: await askOf(period) };
}

/** Reports of visits: what all of them are but those that count something else. */
export const VISITS: Kind = {
  refuseUnasked: async (tx, asked) => {
    await askReport(tx, asked);
  },
  tell: tellReport,
  findAround: async (tx, saying, { before }) => {
    const { question, branchesLeftOut } = await askReport(tx, saying);
    return findAround(tx, { question, language: saying.language, before, branchesLeftOut });
  },
};
