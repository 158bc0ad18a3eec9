import type { SurveyWording } from "../schema.ts";

type SurveyQuestion = SurveyWording["questions"][number];

/** Whether others may follow a question: a text and a day decide nothing. */
export const canDecide = (question: SurveyQuestion): boolean => listDeciding(question).length > 0;

/** Whether each question stands below the one it follows. */
export function isInOrder(questions: readonly SurveyQuestion[]): boolean {
  return questions.every(({ onlyAfter }, index) => {
    if (!onlyAfter) return true;
    const place = questions.findIndex(({ id }) => id === onlyAfter.questionId);
    return place >= 0 && place < index;
  });
}

/** The questions with one moved up (-1) or down (1); null: it would stand above what it follows. */
export function moveQuestion(
  questions: readonly SurveyQuestion[],
  index: number,
  by: -1 | 1,
): SurveyQuestion[] | null {
  const [one, other] = [questions[index], questions[index + by]];
  if (!one || !other) return null;
  const moved = questions.with(index, other).with(index + by, one);
  return isInOrder(moved) ? moved : null;
}

/** Without one of them: what followed it is asked of everybody from then on. */
export function removeQuestion(questions: readonly SurveyQuestion[], id: string): SurveyQuestion[] {
  return questions.flatMap((question) => {
    if (question.id === id) return [];
    if (question.onlyAfter?.questionId !== id) return [question];
    const { onlyAfter: _onlyAfter, ...rest } = question;
    return [rest];
  });
}

/** With one of them changed: answers that cannot be given any more lead nowhere. */
export function changeQuestion(
  questions: readonly SurveyQuestion[],
  changed: SurveyQuestion,
): SurveyQuestion[] {
  const given = listDeciding(changed);
  return questions.map((question) => {
    if (question.id === changed.id) return changed;
    const { onlyAfter, ...rest } = question;
    if (onlyAfter?.questionId !== changed.id) return question;
    const answers = onlyAfter.answers.filter((each) => given.includes(each));
    return answers.length === 0 ? rest : { ...question, onlyAfter: { ...onlyAfter, answers } };
  });
}

const RATINGS = ["1", "2", "3", "4", "5"];
const SCALE = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/** The answers to a question that others may follow. */
export function listDeciding(question: SurveyQuestion): string[] {
  switch (question.kind) {
    case "choice":
      return question.options.map(({ id }) => id);
    case "rating":
      return RATINGS;
    case "scale":
      return SCALE;
    case "date":
    case "text":
      return [];
    default:
      return assertNever(question);
  }
}

/** How deep a question stands in the tree, from 0. */
export function depthOf(questions: readonly SurveyQuestion[], question: SurveyQuestion): number {
  const above = questions.find(({ id }) => id === question.onlyAfter?.questionId);
  return above && isInOrder(questions) ? depthOf(questions, above) + 1 : 0;
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
