import type { LocalText, SurveyQuestion } from "@foyer/contract";

type Definition = {
  surveyId: string;
  version: number | null;
  questions: readonly SurveyQuestion[];
};
/** What was chosen, of which version of its survey. */
export type Worded = {
  surveyId: string;
  version: number | null;
  questionId: string;
  value: string;
};
/** What an option was called where it was chosen; null: nobody knows. */
export type FindWords = (chosen: Worded) => LocalText | null;

/** How options were called, version by version. */
export function openOptionWords(definitions: readonly Definition[]): FindWords {
  const words = new Map<string, LocalText>();
  const nameOf = ({ surveyId, version, questionId, value }: Worded) =>
    `${surveyId} ${version} ${questionId} ${value}`;
  for (const { surveyId, version, questions } of definitions)
    for (const question of questions)
      for (const { id, label } of question.kind === "choice" ? question.options : []) {
        const name = nameOf({ surveyId, version, questionId: question.id, value: id });
        if (!words.has(name)) words.set(name, label);
      }
  return (chosen) => words.get(nameOf(chosen)) ?? null;
}

/** A translation that was added, or another spacing, changes no meaning. */
export function saysTheSame(one: LocalText, other: LocalText): boolean {
  const shared = (["vi", "en", "fa"] as const).flatMap((language) => {
    const pair = [one[language], other[language]].map(plain);
    return pair.every((each) => each !== "") ? [pair] : [];
  });
  return shared.length > 0 && shared.every(([first, second]) => first === second);
}

const plain = (words = ""): string => words.normalize().trim().replace(/\s+/g, " ").toLowerCase();

/** The version of an answer of which nobody knows it, where versions are listed. */
export const NO_VERSION = 0;

/** Which of an option's words were chosen. */
export type Wording = {
  label: LocalText | null;
  /** Of the survey, whose answers are meant; null: of all, for it was never reworded. */
  versions: number[] | null;
  /** It has these words no more. */
  isEarlier: boolean;
};

/**
 * What was chosen of an option, under the words it has now and under each that it had before: whoever rewords
 * one may mean something else by it.
 */
export function partByWords<Row extends Worded>(
  label: LocalText | null,
  rows: readonly Row[],
  findWords: FindWords,
): (Wording & { rows: Row[] })[] {
  const now: Row[] = [];
  const before: { label: LocalText; rows: Row[] }[] = [];
  for (const row of rows) {
    const words = findWords(row);
    const known = before.find((each) => words && saysTheSame(each.label, words));
    if (!words || !label || saysTheSame(words, label)) now.push(row);
    else if (known) known.rows.push(row);
    else before.push({ label: words, rows: [row] });
  }
  const versions = before.length === 0 ? null : listVersions(now);
  return [
    { label, versions, isEarlier: false, rows: now },
    ...before.map((each) => ({ ...each, versions: listVersions(each.rows), isEarlier: true })),
  ];
}

const listVersions = (rows: readonly Worded[]) =>
  [...new Set(rows.map(({ version }) => version ?? NO_VERSION))].toSorted((a, b) => a - b);

/** How often each of its wordings was chosen. */
export type WordedSum = Wording & { count: number };

export const sumByWords = (
  label: LocalText | null,
  rows: readonly (Worded & { count: number })[],
  findWords: FindWords,
): WordedSum[] =>
  partByWords(label, rows, findWords).map(({ rows: own, ...wording }) => ({
    ...wording,
    count: own.reduce((sum, { count }) => sum + count, 0),
  }));
