import { fieldOf, readAnswers } from "@foyer/blocks";
import {
  type AnswerFaults,
  type Answers,
  dropUnasked,
  listAsked,
  listGiven,
  NO_ANSWERS,
  type Survey,
  type SurveyQuestion,
} from "@foyer/contract";

/** What a form brings: nothing is kept between the steps, so each carries those before it. */
export type Filled = {
  /** The wording that was asked; null: it has no number. */
  version: number | null;
  /** Ids of the questions that were shown so far. */
  shown: readonly string[];
  /** By the form's fields. */
  values: Readonly<Record<string, string[]>>;
};

export function readFilled(form: URLSearchParams): Filled {
  const version = Number(form.get("version"));
  return {
    version: Number.isInteger(version) && version > 0 ? version : null,
    shown: form.getAll("shown"),
    values: Object.fromEntries([...new Set(form.keys())].map((key) => [key, form.getAll(key)])),
  };
}

export const beginFilled = ({
  version = null,
}: {
  version?: number | undefined | null;
}): Filled => ({
  ...{ version, shown: [], values: {} },
});

export type Step =
  | { kind: "whole"; answers: Answers }
  | {
      kind: "asks";
      questions: SurveyQuestion[];
      answers: Answers;
      faults: AnswerFaults;
      /** Those of this step among them. */
      shown: string[];
      /** What the form carries along: fields and values of the steps before. */
      carried: { field: string; value: string }[];
      isFirst: boolean;
    };

/**
 * What is asked next: follow-ups of what was answered, and once more what was not answered as it may be.
 * Where the wording was changed meanwhile all is asked again, with what was answered filled in.
 */
export function takeStep(survey: Survey, { version, shown: before, values }: Filled): Step {
  const isReworded = version !== (survey.version ?? null);
  const shownBefore = survey.questions.filter(({ id }) => before.includes(id));
  const read = readAnswers(shownBefore, values, NO_ANSWERS);
  const answers = dropUnasked(survey, read.answers);
  const faults = isReworded ? {} : read.faults;
  const asked = listAsked(survey, answers);
  const isDone = (id: string) => !isReworded && before.includes(id) && !(id in faults);
  const questions = asked.filter(({ id }) => !isDone(id));
  if (questions.length === 0) return { kind: "whole", answers };
  const done = asked.filter(({ id }) => isDone(id)).map(({ id }) => id);
  return {
    ...{ kind: "asks", questions, answers, faults },
    shown: [...done, ...questions.map(({ id }) => id)],
    carried: done.flatMap((id) =>
      listGiven(answers, id).map((value) => ({ field: fieldOf(id), value })),
    ),
    isFirst: done.length === 0,
  };
}
