import {
  RATING_MAX,
  SURVEY_TEXT_CHARACTERS_MAX,
  type Survey,
  type SurveyQuestion,
} from "@foyer/contract";

/** By question. */
export type Answers = {
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  texts: Record<string, string>;
};

export const NO_ANSWERS: Answers = { choices: {}, ratings: {}, texts: {} };

/** What an unanswered question is asked again with. */
export type AnswerFault = "missing" | "unknown";
export type AnswerFaults = Record<string, AnswerFault>;

/** The form's field of a question. */
export const fieldOf = (questionId: string) => `q-${questionId}`;

/** The questions that these answers lead to, in their order; those not yet answered with them. */
export function listAsked({ questions }: Survey, answers: Answers): SurveyQuestion[] {
  const asked: SurveyQuestion[] = [];
  for (const question of questions) {
    const { onlyAfter } = question;
    // A follow-up of a question that is not asked is not asked either.
    const isAsked =
      !onlyAfter ||
      (asked.some(({ id }) => id === onlyAfter.questionId) &&
        listGiven(answers, onlyAfter.questionId).some((each) => onlyAfter.answers.includes(each)));
    if (isAsked) asked.push(question);
  }
  return asked;
}

function listGiven({ choices, ratings }: Answers, questionId: string): string[] {
  const rating = ratings[questionId];
  return rating === undefined ? (choices[questionId] ?? []) : [String(rating)];
}

export type ReadAnswers = {
  answers: Answers;
  /** Of the questions of this form that have to be asked again. */
  faults: AnswerFaults;
};

/**
 * Takes a form's answers to the questions it showed, on top of those from before. Fields of other
 * questions are not looked at.
 */
export function readAnswers(
  shown: readonly SurveyQuestion[],
  form: Readonly<Record<string, unknown>>,
  before: Answers,
): ReadAnswers {
  const answers = structuredClone(before);
  const faults: AnswerFaults = {};
  for (const question of shown) {
    const values = listValues(form[fieldOf(question.id)]);
    const fault = takeAnswer(question, values, answers);
    if (fault) faults[question.id] = fault;
  }
  return { answers, faults };
}

function listValues(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === "string").map((each) => each.trim());
}

/** A question that need not be answered and was not is no fault. */
function takeAnswer(
  question: SurveyQuestion,
  values: readonly string[],
  answers: Answers,
): AnswerFault | null {
  const { id, required } = question;
  for (const kind of [answers.choices, answers.ratings, answers.texts]) delete kind[id];
  const given = values.filter((each) => each !== "");
  if (given.length === 0) return required ? "missing" : null;
  switch (question.kind) {
    case "choice": {
      const chosen = question.options.map((each) => each.id).filter((each) => given.includes(each));
      const isOne = question.many || given.length === 1;
      if (chosen.length !== new Set(given).size || !isOne) return "unknown";
      answers.choices[id] = chosen;
      return null;
    }
    case "rating": {
      const rating = Number(given[0]);
      if (!Number.isInteger(rating) || rating < 1 || rating > RATING_MAX) return "unknown";
      answers.ratings[id] = rating;
      return null;
    }
    case "text":
      answers.texts[id] = [...(given[0] ?? "").replaceAll(HIDDEN, "")]
        .slice(0, SURVEY_TEXT_CHARACTERS_MAX / 2)
        .join("");
      return null;
    default:
      return assertNever(question);
  }
}

/** Control characters but line breaks, and marks that turn the text around them. */
const HIDDEN = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/** Answers to questions that are not asked any more, since one above was answered otherwise, go. */
export function dropUnasked(survey: Survey, answers: Answers): Answers {
  const asked = new Set(listAsked(survey, answers).map((each) => each.id));
  const keep = <T>(kind: Record<string, T>) =>
    Object.fromEntries(Object.entries(kind).filter(([id]) => asked.has(id)));
  const { choices, ratings, texts } = answers;
  return { choices: keep(choices), ratings: keep(ratings), texts: keep(texts) };
}

/** A question that one tap answers stands on the page itself: the first, where it is of that kind. */
export function findQuickQuestion({ questions: [first] }: Survey): SurveyQuestion | null {
  if (!first || first.kind === "text" || (first.kind === "choice" && first.many)) return null;
  return first;
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
