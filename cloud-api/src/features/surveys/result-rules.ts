import { type LocalText, listAnswers, type SurveyQuestion } from "@foyer/contract";
import { type FindWords, sumByWords, type WordedSum } from "./option-rules.ts";
import { DETRACTOR_UP_TO, PROMOTER_FROM, promoterScore, type Thresholds } from "./rules.ts";

export type Step = "day" | "week" | "month";

const DAY_MS = 86_400_000;
/** So many days are told one by one, and so many by their weeks. */
const DAYS_MAX = 31;
const WEEK_DAYS_MAX = 200;

/** How finely a stretch of days is told, both included. */
export function chooseStep({ firstDay, lastDay }: { firstDay: string; lastDay: string }): Step {
  const days = (Date.parse(lastDay) - Date.parse(firstDay)) / DAY_MS + 1;
  if (days <= DAYS_MAX) return "day";
  return days <= WEEK_DAYS_MAX ? "week" : "month";
}

export type Sum = {
  answers: number;
  rated: number;
  /** All scores together. */
  scores: number;
  satisfied: number;
  unsatisfied: number;
};
type Summed = Sum & { branchId: string; saleTypeId: string | null; day: string };

export type Result = Omit<Sum, "scores"> & { average: number | null };

/** Sums of branches and days as one for each key, in the order in which the keys first come. */
export function foldSums<Key extends string>(
  sums: readonly Summed[],
  keyOf: (sum: Summed) => Key,
): Map<Key, Result> {
  const folded = new Map<Key, Sum>();
  for (const sum of sums) {
    const before = folded.get(keyOf(sum)) ?? NOTHING;
    folded.set(keyOf(sum), {
      answers: before.answers + sum.answers,
      rated: before.rated + sum.rated,
      scores: before.scores + sum.scores,
      satisfied: before.satisfied + sum.satisfied,
      unsatisfied: before.unsatisfied + sum.unsatisfied,
    });
  }
  return new Map([...folded].map(([key, sum]) => [key, toResult(sum)]));
}

type NamedSaleType = { id: string; name: LocalText };

/**
 * What answers about each kind of sale come to, in the company's order, and last of which nobody said.
 * Nothing where nobody said it of any.
 */
export function listBySaleType(sums: readonly Summed[], saleTypes: readonly NamedSaleType[]) {
  const bySaleType = foldSums(sums, ({ saleTypeId }) => saleTypeId ?? "");
  const named = saleTypes.flatMap(({ id: saleTypeId, name }) => {
    const result = bySaleType.get(saleTypeId);
    return result ? [{ saleTypeId, name, ...result }] : [];
  });
  const unsaid = bySaleType.get("");
  if (named.length === 0 || !unsaid) return named;
  return [...named, { saleTypeId: null, name: null, ...unsaid }];
}

const NOTHING: Sum = { answers: 0, rated: 0, scores: 0, satisfied: 0, unsatisfied: 0 };

function toResult({ scores, ...sum }: Sum): Result {
  return { ...sum, average: meanOf(scores, sum.rated) };
}

/** To two decimals; null where there is nothing to divide. */
export function meanOf(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum / count) * 100) / 100;
}

/** A question as it was asked last, of a survey. */
export type AskedQuestion = { surveyId: string; question: SurveyQuestion };
type Counted = {
  surveyId: string;
  version: number | null;
  branchId: string;
  questionId: string;
  kind: "choice" | "rating" | "scale";
  value: string;
  count: number;
};
type Rated = { ratings: number; satisfied: number; unsatisfied: number; average: number | null };

export type QuestionResult = Rated & {
  surveyId: string;
  questionId: string;
  kind: SurveyQuestion["kind"];
  /** Null: nobody knows any more how it was asked. */
  label: LocalText | null;
  part: string | null;
  /** Asked only after other answers. */
  isFollowUp: boolean;
  /** Of a question from 0 to 10: those who recommend less those who warn, of a hundred. */
  promoterScore: number | null;
  /** Each that can be given, under its words and those it had before, and those that cannot be given any more. */
  counts: ({ value: string } & WordedSum)[];
};

/** What was answered to each question, in the order in which they are asked, then those that are gone. */
export function tallyQuestions(
  asked: readonly AskedQuestion[],
  counts: readonly Counted[],
  { thresholds, findWords }: { thresholds: Thresholds; findWords: FindWords },
): QuestionResult[] {
  // What was given while the question was of another kind is none of its own answers.
  const groups = Map.groupBy(
    counts,
    ({ surveyId, questionId, kind }) => `${surveyId} ${questionId} ${kind}`,
  );
  const results = asked.map(({ surveyId, question }): QuestionResult => {
    const key = `${surveyId} ${question.id} ${question.kind}`;
    const given = groups.get(key) ?? [];
    groups.delete(key);
    return {
      ...{ surveyId, questionId: question.id, kind: question.kind, label: question.label },
      ...{ part: question.part ?? null, isFollowUp: question.onlyAfter !== undefined },
      counts: tallyValues(listValues(question), given, findWords),
      ...rateKind(question.kind, given, thresholds),
    };
  });
  const gone = [...groups.values()].flatMap(([first, ...others]): QuestionResult[] => {
    if (!first) return [];
    const given = [first, ...others];
    const { surveyId, questionId, kind } = first;
    return [
      {
        ...{ surveyId, questionId, kind, label: null, part: null, isFollowUp: false },
        counts: tallyValues([], given, findWords),
        ...rateKind(kind, given, thresholds),
      },
    ];
  });
  return [...results, ...gone];
}

type Value = { value: string; label: LocalText | null };

function listValues(question: SurveyQuestion): Value[] {
  switch (question.kind) {
    case "choice":
      return question.options.map(({ id, label }) => ({ value: id, label }));
    case "rating":
    case "scale":
      return listAnswers(question)
        .toReversed()
        .map((value) => ({ value, label: null }));
    case "date":
    case "text":
      return [];
    default:
      return assertNever(question);
  }
}

function tallyValues(known: readonly Value[], given: readonly Counted[], findWords: FindWords) {
  const byValue = Map.groupBy(given, ({ value }) => value);
  const sum = ({ value, label }: Value) =>
    sumByWords(label, byValue.get(value) ?? [], findWords).map((each) => ({ value, ...each }));
  const told = known.flatMap(sum);
  for (const { value } of known) byValue.delete(value);
  return [...told, ...[...byValue.keys()].flatMap((value) => sum({ value, label: null }))];
}

/** A number from 0 to 10 is judged by the bounds that everybody compares by, not by the company's own. */
const OF_TEN = { satisfiedFrom: PROMOTER_FROM, lowUpTo: DETRACTOR_UP_TO };

function rateKind(
  kind: SurveyQuestion["kind"],
  given: readonly Counted[],
  thresholds: Thresholds,
): Rated & { promoterScore: number | null } {
  if (kind !== "scale")
    return { ...rate(kind === "rating" ? given : [], thresholds), promoterScore: null };
  const rated = rate(given, OF_TEN);
  const { satisfied: promoters, unsatisfied: detractors, ratings: answers } = rated;
  return { ...rated, promoterScore: promoterScore({ promoters, detractors, answers }) };
}

function rate(
  given: readonly Counted[],
  { satisfiedFrom, lowUpTo }: { satisfiedFrom: number; lowUpTo: number },
): Rated {
  const count = (fits: (rating: number) => boolean) =>
    given.filter((each) => fits(Number(each.value))).reduce((sum, each) => sum + each.count, 0);
  const ratings = count(() => true);
  const sum = given.reduce((total, each) => total + Number(each.value) * each.count, 0);
  return {
    ratings,
    satisfied: count((rating) => rating >= satisfiedFrom),
    unsatisfied: count((rating) => rating <= lowUpTo),
    average: meanOf(sum, ratings),
  };
}

export type PartResult = Rated & { partId: string; name: string; branchId: string | null };

/** How each part of the company is rated, in all and by branch. */
export function rateParts(
  asked: readonly AskedQuestion[],
  counts: readonly Counted[],
  around: {
    parts: readonly { id: string; name: string }[];
    thresholds: Thresholds;
  },
): PartResult[] {
  const partOf = new Map(
    asked.map(({ surveyId, question }) => [`${surveyId} ${question.id}`, question.part]),
  );
  return around.parts.flatMap(({ id: partId, name }) => {
    const given = counts.filter(
      ({ kind, surveyId, questionId }) =>
        kind === "rating" && partOf.get(`${surveyId} ${questionId}`) === partId,
    );
    if (given.length === 0) return [];
    const byBranch = Map.groupBy(given, ({ branchId }) => branchId);
    return [
      { partId, name, branchId: null, ...rate(given, around.thresholds) },
      ...[...byBranch].map(([branchId, theirs]) => ({
        ...{ partId, name, branchId },
        ...rate(theirs, around.thresholds),
      })),
    ];
  });
}

type Definition = { surveyId: string; questions: readonly SurveyQuestion[] };

/**
 * The questions of surveys as they were asked last: those of what is asked now, then those that only an
 * earlier wording had. `definitions` begins with the newest.
 */
export function listAskedQuestions(definitions: readonly Definition[]): AskedQuestion[] {
  const asked = new Map<string, AskedQuestion>();
  for (const { surveyId, questions } of definitions)
    for (const question of questions) {
      const key = `${surveyId} ${question.id}`;
      const known = asked.get(key);
      if (!known) asked.set(key, { surveyId, question });
      else asked.set(key, { surveyId, question: joinOptions(known.question, question) });
    }
  return [...asked.values()];
}

/**
 * The questions of a survey in the words of one of its versions, as an old answer keeps them; those that it
 * did not have follow as they were asked last.
 */
export function listQuestionsAt(
  definitions: readonly (Definition & { version: number | null })[],
  { surveyId, version }: { surveyId: string; version: number | null },
): SurveyQuestion[] {
  const own = definitions.filter((each) => each.surveyId === surveyId);
  const worded = own.filter((each) => each.version === version);
  return listAskedQuestions([...worded, ...own]).map(({ question }) => question);
}

/** An option that was taken away goes on to have its words, for those who chose it. */
function joinOptions(newest: SurveyQuestion, older: SurveyQuestion): SurveyQuestion {
  if (newest.kind !== "choice" || older.kind !== "choice") return newest;
  const gone = older.options.filter(({ id }) => !newest.options.some((each) => each.id === id));
  return gone.length === 0 ? newest : { ...newest, options: [...newest.options, ...gone] };
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
