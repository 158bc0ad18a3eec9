import { chooseWords, type FileQuestion, type Language } from "@foyer/contract";

/** So long after an answer files may be added to it. */
export const FILES_DAYS = 7;
/** Of all files that a company holds with answers, whoever sent them. */
export const COMPANY_BYTES_MAX = 2 * 1024 ** 3;
/**
 * Of them, what customers of one branch may send in a day, beside what staff add: whoever answers again and
 * again at a table fills no more of the company's room than that before somebody sees it.
 */
export const BRANCH_DAY_BYTES_MAX = 200 * 1024 ** 2;
/** So long an address that was made for somebody else leads to a file. */
export const SHARED_MINUTES = 60;

const DAY_MS = 24 * 60 * 60 * 1000;
const MEGABYTE = 1024 ** 2;

export const bytesMaxOf = ({ megabytesMax }: FileQuestion): number => megabytesMax * MEGABYTE;

/** Until when files may be added. */
export const closesAt = (answeredAt: Date): Date =>
  new Date(answeredAt.getTime() + FILES_DAYS * DAY_MS);

/** From when on the files of a branch's day are counted. */
export const countedSince = (now: Date): Date => new Date(now.getTime() - DAY_MS);

export const sharedUntil = (now: Date): Date => new Date(now.getTime() + SHARED_MINUTES * 60_000);

/** 340 kB, 2,1 MB: as the language writes it. */
export function saySize(bytes: number, language: string): string {
  const isLarge = bytes >= MEGABYTE;
  const value = isLarge ? bytes / MEGABYTE : Math.max(1, Math.round(bytes / 1024));
  const format = new Intl.NumberFormat(language, {
    ...{ style: "unit", unit: isLarge ? "megabyte" : "kilobyte", unitDisplay: "short" },
    maximumFractionDigits: isLarge ? 1 : 0,
  });
  return format.format(value);
}

export type KeptFile = { id: string; questionId: string; kind: "jpeg" | "pdf"; byteCount: number };

type Say = (
  key: "limits" | "limitsPdf" | "picture" | "document" | "full",
  values?: Readonly<Record<string, string>>,
) => string;

/** What a customer's page shows of a question. */
export function viewFileQuestion(
  question: FileQuestion,
  files: readonly KeptFile[],
  { language, say }: { language: Language; say: Say },
) {
  const own = files.filter(({ questionId }) => questionId === question.id);
  const number = new Intl.NumberFormat(language);
  return {
    id: question.id,
    label: chooseWords(question.label, language),
    accept: ["image/jpeg", "image/png", "image/webp", ...(question.takesPdf ? [PDF] : [])].join(),
    limits: say(question.takesPdf ? "limitsPdf" : "limits", {
      files: number.format(question.filesMax),
      size: saySize(bytesMaxOf(question), language),
    }),
    files: own.map(({ id, kind, byteCount }, index) => ({
      id,
      name: say(kind === "pdf" ? "document" : "picture", { number: number.format(index + 1) }),
      size: saySize(byteCount, language),
    })),
    isFull: own.length >= question.filesMax,
    full: say("full"),
  };
}

const PDF = "application/pdf";
