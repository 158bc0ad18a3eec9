import type { LocalText, SurveyQuestion } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import type { Given } from "../../platform/shapes.ts";
import { type AnswerQuestion, type AnswerRow, listAnswersById } from "./answer-queries.ts";
import { listDefinitions } from "./definitions.ts";
import { listFilesByAnswer } from "./file-describe.ts";
import { openOptionWords, partByWords, type Wording } from "./option-rules.ts";
import { countReasons } from "./result-queries.ts";
import { chooseStep, listAskedQuestions, listQuestionsAt, type Step } from "./result-rules.ts";
import { getRules } from "./rule-queries.ts";
import { listSaleTypes } from "./sale-type-queries.ts";
import type { AnswerFile } from "./schema.ts";

/** `saleType`: what the sale type is called that it is about; null: nobody said. */
export type GivenAnswer = AnswerRow & {
  given: Given[];
  files: AnswerFile[];
  saleType: LocalText | null;
};

/** Answers with the questions they were given to, by id; those that are gone are not in it. */
export async function describeGiven(
  tx: TenantTransaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, GivenAnswer>> {
  const rows = await listAnswersById(tx, ids);
  const files = await listFilesByAnswer(tx, ids);
  const listGiven = openGiven(await listDefinitions(tx, null));
  const sold = new Map((await listSaleTypes(tx)).map(({ id, name }) => [id, name]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...row,
        files: files.get(row.id) ?? [],
        saleType: sold.get(row.saleTypeId ?? "") ?? null,
        given: listGiven(row),
      },
    ]),
  );
}

/** Says what rows of answers hold, each in the words it was given to. */
export function openGiven(
  definitions: Awaited<ReturnType<typeof listDefinitions>>,
): (row: AnswerRow) => Given[] {
  const worded = new Map<string, SurveyQuestion[]>();
  return (row) => {
    const name = `${row.surveyId} ${row.version}`;
    const questions = worded.get(name) ?? listQuestionsAt(definitions, row);
    worded.set(name, questions);
    return listGivenTo(questions, row);
  };
}

/** In the order of the questions; what is known of none of them comes last. */
function listGivenTo(questions: readonly SurveyQuestion[], row: AnswerRow): Given[] {
  const known = new Map(questions.map((question) => [question.id, question]));
  const { ratings, scales, choices, dates, texts } = row;
  const ids = [ratings, scales, choices, dates ?? {}, texts ?? {}].flatMap(Object.keys);
  return [...known.keys(), ...ids.filter((id) => !known.has(id))].flatMap((questionId) => {
    const question = known.get(questionId);
    const options = question?.kind === "choice" ? question.options : [];
    const chosen = (choices[questionId] ?? []).map((id) => ({
      ...{ id, label: options.find((each) => each.id === id)?.label ?? null },
    }));
    const given = {
      ...{ rating: ratings[questionId] ?? null, scale: scales[questionId] ?? null, chosen },
      ...{ date: dates?.[questionId] ?? null, text: texts?.[questionId] ?? null },
    };
    if (
      Object.values(given)
        .flat()
        .every((each) => each === null)
    )
      return [];
    return [{ questionId, label: question?.label ?? null, ...given }];
  });
}

export type Reason = Omit<Wording, "label"> & {
  surveyId: string;
  questionId: string;
  value: string;
  question: LocalText;
  label: LocalText;
  branchId: string;
  /** The first day of the stretch. */
  day: string;
  count: number;
};

type AskedReasons = Pick<AnswerQuestion, "branchIds" | "isMeant"> & { from: string; to: string };

/**
 * What unsatisfied guests named when they were asked further: the options of follow-up questions, by
 * branch and time.
 */
export async function listReasons(
  tx: TenantTransaction,
  { branchIds, from, to, isMeant }: AskedReasons,
): Promise<{ step: Step; reasons: Reason[] }> {
  const { satisfiedFrom, lowUpTo } = await getRules(tx);
  const step = chooseStep({ firstDay: from, lastDay: to });
  const counts = await countReasons(tx, {
    ...{ from, to, step, branchIds, isMeant },
    ...{ surveyId: null, customerId: null, saleTypeId: null, words: [], given: null },
    ...{ satisfaction: "unsatisfied", thresholds: { satisfiedFrom, lowUpTo } },
  });
  const definitions = await listDefinitions(tx, null);
  const asked = listAskedQuestions(definitions);
  const named = new Map(
    asked.flatMap(({ surveyId, question }) =>
      question.kind === "choice" && question.onlyAfter !== undefined
        ? question.options.map(({ id, label }) => [
            `${surveyId} ${question.id} ${id}`,
            { question: question.label, label },
          ])
        : [],
    ),
  );
  const findWords = openOptionWords(definitions);
  const chosen = Map.groupBy(counts, (row) => `${row.surveyId} ${row.questionId} ${row.value}`);
  const reasons = [...chosen].flatMap(([name, rows]) => {
    const words = named.get(name);
    if (!words) return [];
    return partByWords(words.label, rows, findWords).flatMap(({ rows: own, ...wording }) =>
      own.map((row) => ({
        ...row,
        ...wording,
        label: wording.label ?? words.label,
        question: words.question,
      })),
    );
  });
  return { step, reasons };
}
