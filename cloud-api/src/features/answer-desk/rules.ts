import {
  type Answers,
  dropUnasked,
  type FileQuestion,
  isForSaleType,
  listAsked,
  listGiven,
  NO_ANSWERS,
  type Survey,
  type SurveyQuestion,
  type TakenAnswers,
  takeAnswers,
} from "@foyer/contract";

/** A device tells within these days what it took; later than that it is history. */
export const AWAY_DAYS_MAX = 30;
const DAY_MS = 86_400_000;

/** A device sends the files of an answer after it, and may lose its network between the two. */
export const filesCloseAt = (toldAt: Date): Date =>
  new Date(toldAt.getTime() + AWAY_DAYS_MAX * DAY_MS);

export type TakenWhen = { kind: "at"; at: Date } | { kind: "too-old" };

/** A clock that is ahead cannot put an answer into the future. */
export function readTakenAt(takenAt: Date, now: Date): TakenWhen {
  if (now.getTime() - takenAt.getTime() > AWAY_DAYS_MAX * DAY_MS) return { kind: "too-old" };
  return { kind: "at", at: takenAt > now ? now : takenAt };
}

type Questions = Pick<Survey, "questions">;

/** What was given to the questions it leads to, as far as the survey lets it be, and what is at fault. */
export function checkAnswers(survey: Questions, given: Answers): TakenAnswers {
  const asked = listAsked(survey, given);
  return takeAnswers(asked, (questionId) => listGiven(given, questionId), NO_ANSWERS);
}

/** The answers with what was just given to one question; what it does not lead to any more goes. */
export function answerQuestion(
  survey: Questions,
  answers: Answers,
  { question, values }: { question: SurveyQuestion; values: readonly string[] },
): Answers {
  const { id, kind } = question;
  const next = structuredClone(answers);
  for (const given of Object.values(next)) delete given[id];
  const [first] = values;
  if (first === undefined || first === "") return dropUnasked(survey, next);
  switch (kind) {
    case "choice":
      next.choices[id] = [...values];
      break;
    case "rating":
      next.ratings[id] = Number(first);
      break;
    case "scale":
      next.scales[id] = Number(first);
      break;
    case "date":
      next.dates[id] = first;
      break;
    case "text":
      next.texts[id] = first;
      break;
    default:
      return assertNever(kind);
  }
  return dropUnasked(survey, next);
}

export { type Answers, isForSaleType, listAsked, listGiven, NO_ANSWERS, type SurveyQuestion };

/** What can be tapped: options by their ids, and numbers as they stand. */
export function listTaps(question: SurveyQuestion): string[] {
  switch (question.kind) {
    case "choice":
      return question.options.map(({ id }) => id);
    case "rating":
      return ["1", "2", "3", "4", "5"];
    case "scale":
      return ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];
    case "date":
    case "text":
      return [];
    default:
      return assertNever(question);
  }
}

/** Words in the first of these languages that has some. */
export function chooseLocal(
  text: Readonly<Record<string, string | undefined>> | undefined,
  languages: readonly string[],
): string {
  return languages.map((each) => text?.[each]).find((each) => each?.trim()) ?? "";
}

const MEGABYTE = 1024 ** 2;
/** So many of a file's first bytes say what it is. */
export const HEAD_BYTES = 12;

const SIGNS = [
  { kind: "picture", at: 0, text: "\xff\xd8\xff" },
  { kind: "picture", at: 0, text: "\x89PNG\r\n\x1a\n" },
  // RIFF, the length of what follows, and what it is.
  { kind: "picture", at: 8, text: "WEBP" },
  { kind: "pdf", at: 0, text: "%PDF-" },
] as const;

/** A file that somebody chose: its first bytes, and how many it has in all. */
export type SeenFile = { head: Uint8Array; byteCount: number };

/** What a device sees of a file before it keeps it; the cloud looks at all of it. Null: nothing. */
export function findFileFault(
  { takesPdf, megabytesMax }: FileQuestion,
  { head, byteCount }: SeenFile,
): "too-heavy" | "no-picture" | "no-file" | null {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  const kind = SIGNS.find((sign) => text.startsWith(sign.text, sign.at))?.kind;
  if (kind === undefined) return takesPdf ? "no-file" : "no-picture";
  if (kind === "pdf" && !takesPdf) return "no-picture";
  return byteCount > megabytesMax * MEGABYTE ? "too-heavy" : null;
}

/** What a browser offers to choose from. */
export const listAccepted = ({ takesPdf }: FileQuestion): string =>
  ["image/jpeg", "image/png", "image/webp", ...(takesPdf ? ["application/pdf"] : [])].join();

function assertNever(unknown: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(unknown)}`);
}
