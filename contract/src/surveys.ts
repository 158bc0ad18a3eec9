import { type Static, Type } from "typebox";
import { MarkId } from "./known-guests.ts";
import { hasWords, LocalText } from "./local-text.ts";
import type { Language } from "./personal.ts";

export const SURVEY_TEXT_CHARACTERS_MAX = 1000;
export const RATING_MAX = 5;
/** Of questions that are answered from 0 on, such as how likely somebody is to recommend the place. */
export const SCALE_MAX = 10;

/** Asked only of those who chose one of these, or gave one of these numbers, as text. */
const FollowUp = Type.Object({
  questionId: MarkId,
  answers: Type.Array(MarkId, { minItems: 1, maxItems: 20 }),
});

const asked = {
  id: MarkId,
  label: LocalText,
  required: Type.Boolean(),
  /** Absent: of everybody. The question before it that decides has to stand above. */
  onlyAfter: Type.Optional(FollowUp),
  /** What of the company it is about (food, service …), by an id of the cloud's; boxes pass it over. */
  part: Type.Optional(MarkId),
};

export const SurveyQuestion = Type.Union([
  Type.Object({
    kind: Type.Literal("choice"),
    ...asked,
    options: Type.Array(Type.Object({ id: MarkId, label: LocalText }), {
      minItems: 2,
      maxItems: 20,
    }),
    /** True: as many as they like. */
    many: Type.Boolean(),
  }),
  /** From 1 to RATING_MAX. */
  Type.Object({ kind: Type.Literal("rating"), ...asked }),
  /** From 0 to SCALE_MAX. */
  Type.Object({ kind: Type.Literal("scale"), ...asked }),
  /** A day of the calendar. */
  Type.Object({ kind: Type.Literal("date"), ...asked }),
  Type.Object({ kind: Type.Literal("text"), ...asked }),
]);
export type SurveyQuestion = Static<typeof SurveyQuestion>;

export const ANSWER_FILES_MAX = 5;
/** A photograph as a phone takes it. */
export const ANSWER_FILE_MEGABYTES_MAX = 16;

/**
 * Asks for pictures or other files. A box has no place for them, and the small browser of a sign-in
 * sends none: they are asked for on a page of the cloud, once the questions are answered.
 */
export const FileQuestion = Type.Object({
  id: MarkId,
  label: LocalText,
  /** True: PDF files beside pictures. */
  takesPdf: Type.Boolean(),
  /** Of one answer. */
  filesMax: Type.Integer({ minimum: 1, maximum: ANSWER_FILES_MAX }),
  /** Of one file, as it is sent; a megabyte is 1,048,576 bytes. */
  megabytesMax: Type.Integer({ minimum: 1, maximum: ANSWER_FILE_MEGABYTES_MAX }),
});
export type FileQuestion = Static<typeof FileQuestion>;

/** How a company sells: in the hall, to take away, delivered … */
export const SALE_TYPES_MAX = 30;

/** Questions to a guest, each answered once and never asked again. Other questions are another id. */
export const Survey = Type.Object({
  id: MarkId,
  /** Of its wording, as the cloud counts them: an answer says which it was given to. */
  version: Type.Optional(Type.Integer({ minimum: 1 })),
  title: LocalText,
  intro: Type.Optional(LocalText),
  thanks: Type.Optional(LocalText),
  questions: Type.Array(SurveyQuestion, { minItems: 1, maxItems: 20 }),
  /** Absent: no files are asked for. A box from before there were any passes them over. */
  files: Type.Optional(Type.Array(FileQuestion, { minItems: 1, maxItems: 3 })),
  /** Asked of these kinds of sale alone, by ids of the cloud's. Absent: of all. */
  saleTypeIds: Type.Optional(
    Type.Array(MarkId, { minItems: 1, maxItems: SALE_TYPES_MAX, uniqueItems: true }),
  ),
});
export type Survey = Static<typeof Survey>;

type ForSales = Pick<Survey, "saleTypeIds">;

/** Whether a survey is asked of a kind of sale; null: nobody says which it was. */
export const isForSaleType = ({ saleTypeIds }: ForSales, saleTypeId: string | null): boolean =>
  saleTypeId === null || (saleTypeIds?.includes(saleTypeId) ?? true);

/** The kind of sale that an answer is about: what is said, else the only one that the survey is for. */
export function chooseSaleType({ saleTypeIds = [] }: ForSales, said: string | null): string | null {
  const [only, ...others] = saleTypeIds;
  return said ?? (others.length === 0 ? (only ?? null) : null);
}

/** What fits the schema of a survey and cannot be asked, with its place; null: nothing. */
export function findSurveyFault(
  surveys: readonly Survey[],
  languages: readonly Language[],
): string | null {
  const ids = new Set<string>();
  for (const [index, survey] of surveys.entries()) {
    if (ids.has(survey.id)) return `/surveys/${index}/id is the id of an earlier survey`;
    ids.add(survey.id);
    if (!hasWords(survey.title, languages)) return `/surveys/${index}/title ${NO_WORDS}`;
    const fault = findQuestionFault(survey.questions, languages);
    if (fault) return `/surveys/${index}/questions/${fault}`;
    const fileFault = findFileFault(survey, languages);
    if (fileFault) return `/surveys/${index}/files/${fileFault}`;
  }
  return null;
}

const NO_WORDS = "has no words in a language of the branch";

function findQuestionFault(
  questions: readonly SurveyQuestion[],
  languages: readonly Language[],
): string | null {
  const above = new Map<string, SurveyQuestion>();
  for (const [index, question] of questions.entries()) {
    const { id, label, onlyAfter } = question;
    if (above.has(id)) return `${index}/id is the id of an earlier question`;
    // Answers are told by question, as an object's keys.
    if (id in {}) return `${index}/id ${id} is what each object has by itself`;
    if (!hasWords(label, languages)) return `${index}/label ${NO_WORDS}`;
    if (question.kind === "choice") {
      const fault = findOptionFault(question.options, languages);
      if (fault) return `${index}/options/${fault}`;
    }
    const decides = onlyAfter && above.get(onlyAfter.questionId);
    if (onlyAfter && !decides)
      return `${index}/onlyAfter/questionId ${onlyAfter.questionId} is no question above it`;
    const known = decides && listAnswers(decides);
    const unknown = known && onlyAfter?.answers.find((each) => !known.includes(each));
    if (unknown !== undefined)
      return `${index}/onlyAfter/answers has ${unknown}, which no one gives`;
    above.set(id, question);
  }
  return null;
}

function findFileFault(
  { questions, files = [] }: Survey,
  languages: readonly Language[],
): string | null {
  const ids = new Set(questions.map(({ id }) => id));
  for (const [index, { id, label }] of files.entries()) {
    if (ids.has(id)) return `${index}/id is the id of an earlier question`;
    if (!hasWords(label, languages)) return `${index}/label ${NO_WORDS}`;
    ids.add(id);
  }
  return null;
}

function findOptionFault(
  options: readonly { id: string; label: LocalText }[],
  languages: readonly Language[],
): string | null {
  const ids = new Set<string>();
  for (const [index, { id, label }] of options.entries()) {
    if (ids.has(id)) return `${index}/id is the id of an earlier option`;
    if (!hasWords(label, languages)) return `${index}/label ${NO_WORDS}`;
    ids.add(id);
  }
  return null;
}

/** What a question that others follow can be answered with; a text and a day decide nothing. */
export function listAnswers(question: SurveyQuestion): string[] {
  switch (question.kind) {
    case "choice":
      return question.options.map((each) => each.id);
    case "rating":
      return Array.from({ length: RATING_MAX }, (_, index) => String(index + 1));
    case "scale":
      return Array.from({ length: SCALE_MAX + 1 }, (_, index) => String(index));
    case "date":
    case "text":
      return [];
    default:
      return assertNever(question);
  }
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
