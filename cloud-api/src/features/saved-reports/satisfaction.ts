import { chooseWords } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import { findReach } from "../../platform/rights.ts";
import { listBranchesWithin } from "../branches/index.ts";
import {
  FILE_WORDS,
  findAroundCompany,
  listSlots,
  type Period,
  readQuestion,
  sayAsked,
} from "../reports/index.ts";
import {
  findSurveyResults,
  readAnswerQuestion,
  SURVEY_PERMISSION,
  type SurveyResults,
} from "../surveys/index.ts";
import type { Asked, Kind, Reader, Saying } from "./asking.ts";
import { findDaysBefore, readDays } from "./days.ts";
import { askPlaces, refuseBranches } from "./places.ts";
import { type Cell, type FigureName, unitOf } from "./rules.ts";
import type { ToldReply } from "./schema.ts";
import { joinTables, type Table } from "./tables.ts";

const NARROWED_BY: readonly string[] = ["brandId", "branchIds", "surveyId"];

/** What kept results ask in somebody's name; refuses what they may not see. */
async function askResults(tx: TenantTransaction, { saved, today, reader }: Asked) {
  const other = Object.keys(saved.query).find((name) => !NARROWED_BY.includes(name));
  if (other) throw refuse("invalid", "Answers are not narrowed by that.", { field: `/${other}` });
  const reached = await findReached(tx, reader);
  const places = askPlaces(saved.query, reached ?? tx.branchIds);
  const { surveyId, brandId, branchIds = reached?.join(",") } = places.query;
  const asked = { ...(brandId && { brandId }), ...(branchIds && { branchIds }) };
  const askOf = (days: Period) => readQuestion(tx, { ...asked, ...days });
  const question = await askOf(readDays({ saved, today }));
  // A company that has none yet is told of none; somebody of some branches is refused those of others.
  if (question.branches.length === 0 && tx.branchIds !== null) throw refuseBranches();
  return { ...places, surveyId, question, askOf };
}

/** The branches whose answers somebody reads; null: all those whose reports they read. */
async function findReached(
  tx: TenantTransaction,
  { grants, source }: Reader,
): Promise<string[] | null> {
  const reach = findReach(grants, SURVEY_PERMISSION, source.permissions);
  if (!reach)
    throw refuse("forbidden", `Your role may not do this: ${SURVEY_PERMISSION}.`, {
      field: "/report",
    });
  if (reach.kind === "tenant") return null;
  const branchIds = await listBranchesWithin(tx, reach);
  const isNarrower = tx.branchIds?.some((id) => !branchIds.includes(id)) ?? true;
  if (branchIds.length === 0) throw refuseBranches();
  return isNarrower ? branchIds : null;
}

type Question = Awaited<ReturnType<typeof readQuestion>>;
type Step = "day" | "week" | "month";
type Of = { question: Question; surveyId: string | undefined };
type Shown = { step: Step; language: PrintLanguage };

async function tellResults(tx: TenantTransaction, saying: Saying): Promise<ToldReply> {
  const { question, askOf, surveyId, branchesLeftOut, query } = await askResults(tx, saying);
  const { period } = question.filter;
  const unit = unitOf(period);
  const shown: Shown = { step: unit === "hour" ? "day" : unit, language: saying.language };
  const other = await findOther(tx, saying, { question, surveyId, askOf });
  const now = await findResults(tx, { question, surveyId, shown });
  const before = other && (await findResults(tx, { ...other, shown }));
  return {
    ...{ asOf: tx.now.toISOString(), isBehind: false, period, branchesLeftOut, query },
    before: other?.question.filter.period ?? null,
    figures: joinFigures(now.results, before?.results ?? null),
    parts: joinTables(now.tables, { before: before?.tables ?? null, language: saying.language }),
  };
}

/** What results are set against: the same of other days, or another kept report's. Null: nothing. */
async function findOther(
  tx: TenantTransaction,
  saying: Saying,
  { question, surveyId, askOf }: Of & { askOf: (days: Period) => Promise<Question> },
): Promise<Of | null> {
  if (saying.against) {
    const other = await askResults(tx, { ...saying, saved: saying.against });
    return { question: other.question, surveyId: other.surveyId };
  }
  const days = findDaysBefore(saying, question.filter.period);
  return days && { question: await askOf(days), surveyId };
}

async function findResults(
  tx: TenantTransaction,
  { question, surveyId, shown }: Of & { shown: Shown },
): Promise<{ results: SurveyResults; tables: Table[] }> {
  const { period, branchIds } = question.filter;
  const asked = await readAnswerQuestion(tx, { ...period, ...(surveyId && { surveyId }) });
  const results = await findSurveyResults(tx, { ...asked, branchIds }, shown.step);
  return { results, tables: listTables(results, { question, surveyId, shown }) };
}

const shareOf = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.round((part / whole) * 1000) / 10;

const figuresOfResults = ({ answers, rated, satisfied, unsatisfied, average }: SurveyResults) =>
  ({
    answers,
    satisfiedShare: shareOf(satisfied, rated),
    unsatisfiedShare: shareOf(unsatisfied, rated),
    averageScore: average,
  }) satisfies Partial<Record<FigureName, number | null>>;

function joinFigures(now: SurveyResults, before: SurveyResults | null): ToldReply["figures"] {
  const then = before && figuresOfResults(before);
  return Object.entries(figuresOfResults(now)).flatMap(([key, value]) => {
    const name = key as keyof ReturnType<typeof figuresOfResults>;
    return value === null ? [] : [{ name, now: value, before: then?.[name] ?? null }];
  });
}

type Counted = Pick<SurveyResults, "answers" | "rated" | "satisfied" | "unsatisfied" | "average">;

const COUNTED = ["answers", "satisfied", "unsatisfied", "rated", "averageScore"] as const;
const NOTHING: Counted = { answers: 0, rated: 0, satisfied: 0, unsatisfied: 0, average: null };

const toCells = (
  name: string,
  { answers, satisfied, unsatisfied, rated, average }: Counted = NOTHING,
): Cell[] => [name, answers, satisfied, unsatisfied, rated, average];

/** Over time, by branch and by part of the company; of one survey by its questions as well. */
function listTables(
  results: SurveyResults,
  { question, surveyId, shown: { step, language } }: Of & { shown: Shown },
): Table[] {
  const words = FILE_WORDS[language];
  const bySlot = new Map(
    results.series.map((each) => [step === "month" ? each.day.slice(0, 7) : each.day, each]),
  );
  const byBranch = new Map(results.branches.map((each) => [each.branchId, each]));
  // What was answered at a branch that is no more is told, so that the rows come to the whole.
  const gone = results.branches.filter(
    ({ branchId }) => !question.branches.some(({ id }) => id === branchId),
  );
  const slots = listSlots(question.filter.period, step);
  const whole = toCells(words.total, results);
  const tables: Table[] = [
    {
      ...{ name: "answer-series", columns: ["slot", ...COUNTED], hasSum: true, keys: 1 },
      rows: [...slots.map((slot) => toCells(slot, bySlot.get(slot))), whole],
    },
    {
      ...{ name: "answer-branches", columns: ["branch", ...COUNTED], hasSum: true, keys: 1 },
      rows: [
        ...question.branches.map(({ id, name }) => toCells(name, byBranch.get(id))),
        ...gone.map((each) => toCells(words.unknown, each)),
        whole,
      ],
    },
    {
      ...{ name: "answer-parts", hasSum: false, keys: 1 },
      columns: ["part", "ratings", "satisfied", "unsatisfied", "averageScore"],
      rows: results.parts
        .filter(({ branchId }) => branchId === null)
        .map((part) => [
          ...[part.name, part.ratings, part.satisfied, part.unsatisfied, part.average],
        ]),
    },
  ];
  return surveyId === undefined ? tables : [...tables, toQuestionTable(results, language)];
}

/** How often each answer was given that can be counted; what guests wrote is told on its page alone. */
function toQuestionTable({ questions }: SurveyResults, language: PrintLanguage): Table {
  const { unknown } = FILE_WORDS[language];
  return {
    ...{
      name: "answer-questions",
      columns: ["question", "reply", "times"],
      hasSum: false,
      keys: 2,
    },
    rows: questions.flatMap(({ label, counts }) =>
      counts.map((each) => [
        label ? chooseWords(label, language) : unknown,
        each.label ? chooseWords(each.label, language) : each.value,
        each.count,
      ]),
    ),
  };
}

/** How content guests are, by what they answered to surveys. */
export const SATISFACTION: Kind = {
  refuseUnasked: async (tx, asked) => {
    await askResults(tx, asked);
  },
  tell: tellResults,
  findAround: async (tx, saying, { before }) => {
    const { question, branchesLeftOut, surveyId } = await askResults(tx, saying);
    const { language } = saying;
    const about = [
      ...sayAsked(tx, { question, language, before, branchesLeftOut }),
      ...(surveyId === undefined ? [] : [FILE_WORDS[language]["by-surveyId"]]),
    ];
    return findAroundCompany(tx, { language, about });
  },
};
