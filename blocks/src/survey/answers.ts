import {
  type Answers,
  type Survey,
  type SurveyQuestion,
  type TakenAnswers,
  takeAnswers,
} from "@foyer/contract";

/** The form's field of a question. */
export const fieldOf = (questionId: string) => `q-${questionId}`;

/**
 * Takes a form's answers to the questions it showed, on top of those from before. Fields of other
 * questions are not looked at.
 */
export function readAnswers(
  shown: readonly SurveyQuestion[],
  form: Readonly<Record<string, unknown>>,
  before: Answers,
): TakenAnswers {
  return takeAnswers(shown, (id) => listValues(form[fieldOf(id)]), before);
}

function listValues(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === "string");
}

/** A question that one tap answers stands on the page itself: the first, where it is of that kind. */
export function findQuickQuestion({ questions: [first] }: Survey): SurveyQuestion | null {
  if (!first) return null;
  switch (first.kind) {
    case "rating":
    case "scale":
      return first;
    case "choice":
      return first.many ? null : first;
    case "date":
    case "text":
      return null;
    default:
      return assertNever(first);
  }
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
