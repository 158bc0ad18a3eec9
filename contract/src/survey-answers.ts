import { isDay } from "./personal.ts";
import {
  listAnswers,
  SURVEY_TEXT_CHARACTERS_MAX,
  type Survey,
  type SurveyQuestion,
} from "./surveys.ts";

/** By question. */
export type Answers = {
  choices: Record<string, string[]>;
  ratings: Record<string, number>;
  scales: Record<string, number>;
  dates: Record<string, string>;
  texts: Record<string, string>;
};

export const NO_ANSWERS: Answers = { choices: {}, ratings: {}, scales: {}, dates: {}, texts: {} };

/** What an unanswered question is asked again with. */
export type AnswerFault = "missing" | "unknown" | "no-day";
export type AnswerFaults = Record<string, AnswerFault>;

/** The questions that these answers lead to, in their order; those not yet answered with them. */
export function listAsked(
  { questions }: Pick<Survey, "questions">,
  answers: Answers,
): SurveyQuestion[] {
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

/** What was given to a question, as a form sends it; empty: nothing. */
export function listGiven(answers: Answers, questionId: string): string[] {
  const { choices, ratings, scales, dates, texts } = answers;
  const one = ratings[questionId] ?? scales[questionId] ?? dates[questionId] ?? texts[questionId];
  return one === undefined ? (choices[questionId] ?? []) : [String(one)];
}

export type TakenAnswers = {
  answers: Answers;
  /** Of the questions that have to be asked again. */
  faults: AnswerFaults;
};

/** Takes what was given to some questions, on top of the answers from before. */
export function takeAnswers(
  questions: readonly SurveyQuestion[],
  givenTo: (questionId: string) => readonly string[],
  before: Answers,
): TakenAnswers {
  const answers = structuredClone(before);
  const faults: AnswerFaults = {};
  for (const question of questions) {
    const values = givenTo(question.id).map((each) => each.trim());
    const fault = takeAnswer(question, values, answers);
    if (fault) faults[question.id] = fault;
  }
  return { answers, faults };
}

/** A question that need not be answered and was not is no fault. */
function takeAnswer(
  question: SurveyQuestion,
  values: readonly string[],
  answers: Answers,
): AnswerFault | null {
  const { id, required } = question;
  for (const kind of Object.values(answers)) delete kind[id];
  const given = values.filter((each) => each !== "");
  const [first] = given;
  if (first === undefined) return required ? "missing" : null;
  switch (question.kind) {
    case "choice": {
      const chosen = question.options.map((each) => each.id).filter((each) => given.includes(each));
      const isOne = question.many || given.length === 1;
      if (chosen.length !== new Set(given).size || !isOne) return "unknown";
      answers.choices[id] = chosen;
      return null;
    }
    case "rating":
    case "scale":
      if (!listAnswers(question).includes(first)) return "unknown";
      answers[question.kind === "rating" ? "ratings" : "scales"][id] = Number(first);
      return null;
    case "date": {
      const day = readDay(first);
      if (day === null) return "no-day";
      answers.dates[id] = day;
      return null;
    }
    case "text":
      answers.texts[id] = [...first.replaceAll(HIDDEN, "")]
        .slice(0, SURVEY_TEXT_CHARACTERS_MAX / 2)
        .join("");
      return null;
    default:
      return assertNever(question);
  }
}

/** Control characters but line breaks, and marks that turn the text around them. */
const HIDDEN = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * As a date field sends it, 2026-03-14; a browser that knows no such field lets people type, and they
 * begin with the day: 14/3/2026.
 */
function readDay(text: string): string | null {
  const [, day = "", month = "", year = ""] =
    /^(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})$/.exec(text) ?? [];
  const iso = year === "" ? text : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isDay(iso) ? iso : null;
}

/** Answers to questions that are not asked any more, since one above was answered otherwise, go. */
export function dropUnasked(survey: Pick<Survey, "questions">, answers: Answers): Answers {
  const asked = new Set(listAsked(survey, answers).map((each) => each.id));
  const keep = <T>(kind: Record<string, T>) =>
    Object.fromEntries(Object.entries(kind).filter(([id]) => asked.has(id)));
  const { choices, ratings, scales, dates, texts } = answers;
  return {
    ...{ choices: keep(choices), ratings: keep(ratings), scales: keep(scales) },
    ...{ dates: keep(dates), texts: keep(texts) },
  };
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
