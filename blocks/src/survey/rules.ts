import {
  type AnswerFaults,
  type Answers,
  listAnswers,
  NO_ANSWERS,
  type SurveyQuestion,
} from "@foyer/contract";
import type { BlockContext, ReadFields, SurveyForm } from "../block.ts";
import { sayPromise } from "../coupon/promise.ts";
import { asFields, chooseTextFor, NO_OBJECT } from "../local-text.ts";
import { fieldOf, findQuickQuestion } from "./answers.ts";

const MARK = /^[A-Za-z0-9_-]{1,64}$/;

/** `survey` is the id of one of the branch's surveys. */
export type SurveyFields = { survey: string };

export type SurveyWords = {
  start: string;
  optional: string;
  star: string;
  worst: string;
  best: string;
  least: string;
  most: string;
  missing: string;
  unknown: string;
  "no-day": string;
};

export function readSurveyFields(value: unknown): ReadFields<SurveyFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const { survey } = fields;
  if (typeof survey !== "string" || !MARK.test(survey))
    return { kind: "invalid", reason: "survey is not the id of a survey" };
  return { kind: "fields", fields: { survey } };
}

/** The survey as it begins on a page: with its first question where one tap answers that. */
export function viewSurvey(
  { survey, action, sealed, offer = null }: SurveyForm,
  context: BlockContext,
  words: SurveyWords,
) {
  const quick = findQuickQuestion(survey);
  return {
    action,
    sealed,
    title: chooseTextFor(survey.title, context) ?? "",
    intro: chooseTextFor(survey.intro, context),
    promise: sayPromise(offer, context),
    quick: quick && viewQuestion(quick, { answers: NO_ANSWERS, faults: {} }, context, words),
    words,
  };
}

type State = { answers: Answers; faults: AnswerFaults };

/** One question of a form, with what was answered already. */
export function viewQuestion(
  question: SurveyQuestion,
  { answers, faults }: State,
  context: Pick<BlockContext, "language" | "languages">,
  words: SurveyWords,
) {
  const { id, kind, required } = question;
  const fault = faults[id];
  return {
    kind,
    isMany: kind === "choice" && question.many,
    field: fieldOf(id),
    label: chooseTextFor(question.label, context) ?? "",
    isRequired: required,
    fault: fault ? words[fault] : null,
    options: listOptions(question, answers, context, words),
    ends: kind === "scale" ? [words.least, words.most] : [words.worst, words.best],
    text: answers.texts[id] ?? answers.dates[id] ?? "",
  };
}

function listOptions(
  question: SurveyQuestion,
  { choices, ratings, scales }: Answers,
  context: Pick<BlockContext, "language" | "languages">,
  words: SurveyWords,
) {
  if (question.kind === "choice")
    return question.options.map((option) => ({
      value: option.id,
      label: chooseTextFor(option.label, context) ?? option.id,
      said: "",
      isChosen: choices[question.id]?.includes(option.id) ?? false,
    }));
  const number = new Intl.NumberFormat(context.language);
  const values = listAnswers(question);
  const given = question.kind === "rating" ? ratings[question.id] : scales[question.id];
  return values.map((value) => ({
    value,
    label: number.format(Number(value)),
    said: words.star
      .replace("{rating}", number.format(Number(value)))
      .replace("{max}", number.format(values.length - (question.kind === "scale" ? 1 : 0))),
    isChosen: given === Number(value),
  }));
}
