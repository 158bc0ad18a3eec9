import { RATING_MAX, type SurveyQuestion } from "@foyer/contract";
import type { BlockContext, ReadFields, SurveyForm } from "../block.ts";
import { sayPromise } from "../coupon/promise.ts";
import { asFields, chooseTextFor, NO_OBJECT } from "../local-text.ts";
import {
  type AnswerFaults,
  type Answers,
  fieldOf,
  findQuickQuestion,
  NO_ANSWERS,
} from "./answers.ts";

const MARK = /^[A-Za-z0-9_-]{1,64}$/;

/** `survey` is the id of one of the branch's surveys. */
export type SurveyFields = { survey: string };

export type SurveyWords = {
  start: string;
  optional: string;
  star: string;
  worst: string;
  best: string;
  missing: string;
  unknown: string;
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
    text: answers.texts[id] ?? "",
  };
}

function listOptions(
  question: SurveyQuestion,
  { choices, ratings }: Answers,
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
  if (question.kind === "text") return [];
  const number = new Intl.NumberFormat(context.language);
  return Array.from({ length: RATING_MAX }, (_, index) => ({
    value: String(index + 1),
    label: number.format(index + 1),
    said: words.star
      .replace("{rating}", number.format(index + 1))
      .replace("{max}", number.format(RATING_MAX)),
    isChosen: ratings[question.id] === index + 1,
  }));
}
