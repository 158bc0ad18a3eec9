import { chooseWords, type LocalText } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { NARROWED_BY } from "../../platform/narrowing.ts";
import type { PrintLanguage } from "../../platform/printed.ts";
import { FILE_WORDS, fill, type Period } from "../reports/index.ts";
import {
  findSurveyResults,
  readAnswerQuestion,
  SURVEY_PERMISSION,
  type SurveyResults,
} from "../surveys/index.ts";
import type { Kind } from "./asking.ts";
import { type Counted, type Counting, countedAtPlaces, shareOf } from "./placed.ts";
import type { Cell } from "./rules.ts";
import { listBranchRows, listSlotRows, type Step, stepOf, type Table } from "./tables.ts";

async function countResults(
  tx: TenantTransaction,
  { question, query: { surveyId, saleTypeId }, isMeant, language }: Counting,
  around: Period,
): Promise<Counted> {
  const { period, branchIds } = question.filter;
  const step = stepOf(around);
  const own = { ...(surveyId && { surveyId }), ...(saleTypeId && { saleTypeId }) };
  const asked = await readAnswerQuestion(tx, { ...period, ...own }, isMeant);
  const results = await findSurveyResults(tx, { ...asked, branchIds }, step);
  const { answers, rated, satisfied, unsatisfied, average } = results;
  return {
    figures: {
      answers,
      satisfiedShare: shareOf(satisfied, rated),
      unsatisfiedShare: shareOf(unsatisfied, rated),
      averageScore: average,
    },
    tables: listTables(results, { question, surveyId, step, language }),
  };
}

type Sums = Pick<SurveyResults, "answers" | "rated" | "satisfied" | "unsatisfied" | "average">;

const COUNTED = ["answers", "satisfied", "unsatisfied", "rated", "averageScore"] as const;
const NOTHING: Sums = { answers: 0, rated: 0, satisfied: 0, unsatisfied: 0, average: null };

const toCells = (
  name: string,
  { answers, satisfied, unsatisfied, rated, average }: Sums = NOTHING,
): Cell[] => [name, answers, satisfied, unsatisfied, rated, average];

type Shown = Pick<Counting, "question" | "language"> & {
  surveyId: string | undefined;
  step: Step;
};

/** Over time, by branch and by part of the company; of one survey by its questions as well. */
function listTables(
  results: SurveyResults,
  { question: { branches, filter }, surveyId, step, language }: Shown,
): Table[] {
  const words = FILE_WORDS[language];
  const told = { toCells, whole: toCells(words.total, results) };
  const form = { keys: 1, hasSum: true };
  const bySlot = results.series.map((each) => ({ ...each, key: each.day }));
  const byBranch = results.branches.map((each) => ({ ...each, key: each.branchId }));
  const tables: Table[] = [
    {
      ...{ ...form, name: "answer-series", columns: ["slot", ...COUNTED] },
      rows: listSlotRows(bySlot, { ...told, period: filter.period, step }),
    },
    {
      ...{ ...form, name: "answer-branches", columns: ["branch", ...COUNTED] },
      rows: listBranchRows(byBranch, { ...told, branches, unknown: words.unknown }),
    },
    ...toSaleTypeTables(results, language),
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

/** Side by side; none where nobody said of any answer what kind of sale it is about. */
function toSaleTypeTables({ saleTypes }: SurveyResults, language: PrintLanguage): Table[] {
  if (saleTypes.length === 0) return [];
  const { unknown } = FILE_WORDS[language];
  return [
    {
      ...{ name: "answer-sale-types", columns: ["sale-type", ...COUNTED], hasSum: false, keys: 1 },
      rows: saleTypes.map((each) =>
        toCells(each.name ? chooseWords(each.name, language) : unknown, each),
      ),
    },
  ];
}

/** An option of a survey, which may have been reworded since it was chosen. */
export function sayReply(
  { label, isEarlier }: { label: LocalText; isEarlier: boolean },
  language: PrintLanguage,
): string {
  const reply = chooseWords(label, language);
  return isEarlier ? fill(FILE_WORDS[language].earlierReply, { reply }) : reply;
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
        each.label ? sayReply({ ...each, label: each.label }, language) : each.value,
        each.count,
      ]),
    ),
  };
}

/** How content guests are, by what they answered to surveys. */
export const SATISFACTION: Kind = countedAtPlaces({
  permission: SURVEY_PERMISSION,
  narrowedBy: ["surveyId", "saleTypeId", ...NARROWED_BY],
  count: countResults,
  sayNarrowed: (query, language) =>
    (["surveyId", "saleTypeId"] as const).flatMap((name) =>
      query[name] === undefined ? [] : [FILE_WORDS[language][`by-${name}`]],
    ),
});
