import type { FileQuestion, LocalText, SurveyQuestion } from "@foyer/contract";
import { toCsv } from "../../platform/csv.ts";
import en from "./locales/file-en.json" with { type: "json" };
import vi from "./locales/file-vi.json" with { type: "json" };
import { chooseWords } from "./rules.ts";
import type { Answer } from "./schema.ts";

const WORDS = { en, vi };

type Around = {
  questions: readonly SurveyQuestion[];
  /** What asks for files; of these a table holds the addresses, where whoever may looks at them. */
  fileQuestions: readonly FileQuestion[];
  origin: string;
  branches: readonly { id: string; name: string; timeZone: string }[];
  /** A column is theirs where the company has some. */
  saleTypes: readonly { id: string; name: LocalText }[];
  language: "vi" | "en";
};

/** A line for each answer, a column for each question; moments by the clock of the branch. */
export function writeAnswers(
  answers: readonly Answer[],
  { questions, fileQuestions, origin, branches, saleTypes, language }: Around,
): string {
  const words = WORDS[language];
  const places = new Map(branches.map((branch) => [branch.id, branch]));
  const sold = new Map(saleTypes.map(({ id, name }) => [id, chooseWords(name, language)]));
  const head = [
    ...[words["csv-at"], words["csv-branch"], words["csv-place"], words["csv-customer"]],
    ...[words["csv-score"], words["csv-satisfaction"], words["csv-version"]],
    words["csv-taken"],
    ...(sold.size > 0 ? [words["csv-sale-type"]] : []),
    ...[...questions, ...fileQuestions].map(({ label }) => chooseWords(label, language)),
  ];
  const lines = answers.map((answer) => {
    const branch = places.get(answer.branchId);
    const { satisfaction, taken } = answer;
    return [
      ...[sayMoment(answer.answeredAt, branch?.timeZone ?? "UTC"), branch?.name ?? ""],
      ...[answer.place, answer.customerName, answer.score],
      ...[satisfaction && words[satisfaction], answer.version],
      taken && `${taken.staffName ?? ""} (${words[taken.how]})`.trim(),
      ...(sold.size > 0 ? [sold.get(answer.saleTypeId ?? "") ?? null] : []),
      ...questions.map((question) => sayGiven(question, answer, language)),
      ...fileQuestions.map(({ id }) => listAddresses(answer, id, origin)),
    ];
  });
  return toCsv([head, ...lines]);
}

function listAddresses({ files }: Answer, questionId: string, origin: string): string | null {
  const own = files.filter((file) => file.questionId === questionId);
  return own.map(({ id }) => `${origin}/api/v1/survey-files/${id}`).join(" ") || null;
}

function sayGiven(question: SurveyQuestion, answer: Answer, language: "vi" | "en") {
  switch (question.kind) {
    case "rating":
      return answer.ratings[question.id] ?? null;
    case "scale":
      return answer.scales[question.id] ?? null;
    case "date":
      return answer.dates?.[question.id] ?? null;
    case "text":
      return answer.texts?.[question.id] ?? null;
    case "choice": {
      const given = answer.given.find(({ questionId }) => questionId === question.id);
      const chosen = given?.chosen.map(({ id, label }) =>
        label ? chooseWords(label, language) : id,
      );
      return chosen?.join("; ") || null;
    }
    default:
      return assertNever(question);
  }
}

/** 2026-03-02 14:05, which every spreadsheet reads as a moment. */
function sayMoment(iso: string, timeZone: string): string {
  return new Date(iso).toLocaleString("sv-SE", {
    ...{ timeZone, year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit" },
  });
}

function assertNever(question: never): never {
  throw new Error(`unknown kind of question: ${JSON.stringify(question)}`);
}
