export { chooseWords } from "@foyer/contract";

import {
  type LocalText,
  RATING_MAX,
  SCALE_MAX,
  type Survey,
  type SurveyQuestion,
} from "@foyer/contract";

/** What a branch's settings say of surveys. */
type AskingBranch = { name: string; surveys: readonly Survey[] };
type Counted = { surveyId: string; count: number; lastAnsweredAt: Date };

export type ListedSurvey = {
  id: string;
  title: LocalText | null;
  questions: SurveyQuestion[];
  branchNames: string[];
  answers: number;
  lastAnsweredAt: string | null;
};

/**
 * The surveys that branches ask, each once, and those that were answered and are asked no more. A
 * question that one branch alone asks under a survey's id stands after those of the first.
 */
export function listSurveys(
  branches: readonly AskingBranch[],
  counts: readonly Counted[],
  /** Those that were written in the cloud, each as it stands. */
  written: readonly Survey[] = [],
): ListedSurvey[] {
  const surveys = new Map<string, ListedSurvey>();
  for (const { name, surveys: asked } of branches)
    for (const { id, title, questions } of asked) {
      const known = surveys.get(id);
      const more = questions.filter((each) => !known?.questions.some(({ id }) => id === each.id));
      surveys.set(id, {
        ...{ id, title: known?.title ?? title },
        questions: [...(known?.questions ?? []), ...more],
        branchNames: [...(known?.branchNames ?? []), name],
        ...{ answers: 0, lastAnsweredAt: null },
      });
    }
  for (const { id, title, questions } of written)
    if (!surveys.has(id))
      surveys.set(id, {
        ...{ id, title, questions: [...questions], branchNames: [] },
        ...{ answers: 0, lastAnsweredAt: null },
      });
  for (const { surveyId: id, count, lastAnsweredAt } of counts) {
    const known = surveys.get(id) ?? { id, title: null, questions: [], branchNames: [] };
    surveys.set(id, { ...known, answers: count, lastAnsweredAt: lastAnsweredAt.toISOString() });
  }
  return [...surveys.values()];
}

/** Asks for answers of which nobody said what kind of sale they are about. */
export const NO_SALE_TYPE = "none";

export type Satisfaction = "satisfied" | "neutral" | "unsatisfied";

/** Ratings from `satisfiedFrom` on are content, those up to `lowUpTo` are not. */
export type Thresholds = { satisfiedFrom: number; lowUpTo: number };

/** What an answer's numbers come to, in stars; null: it rates nothing. */
export type Score = { score: number | null; lowest: number | null };
type Numbers = Readonly<Record<string, number>>;

export function scoreAnswer({
  ratings,
  scales = {},
}: {
  ratings: Numbers;
  scales?: Numbers;
}): Score {
  const given = [...Object.values(ratings), ...Object.values(scales).map(toStars)];
  if (given.length === 0) return { score: null, lowest: null };
  const sum = given.reduce((total, rating) => total + rating, 0);
  return { score: sum / given.length, lowest: Math.round(Math.min(...given)) };
}

/** A number from 0 to 10 as one from 1 to 5, so that one pair of thresholds judges both. */
const toStars = (scale: number) => 1 + (scale * (RATING_MAX - 1)) / SCALE_MAX;

/** From here on somebody recommends the place, and up to there warns of it: as everybody counts it. */
export const PROMOTER_FROM = 9;
export const DETRACTOR_UP_TO = 6;

/** Of a hundred how many recommend the place, less those who warn of it: from -100 to 100. */
export function promoterScore({
  promoters,
  detractors,
  answers,
}: {
  promoters: number;
  detractors: number;
  answers: number;
}): number | null {
  return answers === 0 ? null : Math.round(((promoters - detractors) / answers) * 100);
}

/** One low rating is enough: whoever waited for an hour is not content for liking the tea. */
export function judgeAnswer(
  { score, lowest }: Score,
  { satisfiedFrom, lowUpTo }: Thresholds,
): Satisfaction | null {
  if (score === null || lowest === null) return null;
  if (lowest <= lowUpTo) return "unsatisfied";
  return score >= satisfiedFrom ? "satisfied" : "neutral";
}

/** A range of words: `from` ≤ word < `to`. */
export type WordRange = { from: string; to: string };
/** Follows every text that begins with the same letters, in the order of bytes. */
const AFTER_ALL = "\u{10ffff}";
const SEARCH_WORDS_MAX = 5;

/** No word lies in it. */
const NOTHING: WordRange = { from: "", to: "" };

/**
 * Answers are found whose texts have a word that begins with each of those searched for; signs that
 * are no words find nothing, which is not the same as no search.
 */
export function toRanges(search: string, words: readonly string[]): WordRange[] {
  if (words.length === 0 && search.trim() !== "") return [NOTHING];
  return words.slice(0, SEARCH_WORDS_MAX).map((from) => ({ from, to: from + AFTER_ALL }));
}

export type Tally = { value: string; count: number };

/** The mean of the ratings given, to one decimal; null where there is none. */
export function averageOf(tallies: readonly Tally[]): number | null {
  const given = tallies.reduce((sum, { count }) => sum + count, 0);
  if (given === 0) return null;
  const sum = tallies.reduce((total, { value, count }) => total + Number(value) * count, 0);
  return Math.round((sum / given) * 10) / 10;
}

/** As the language writes it, with its one decimal: 4.0, 4,0. */
export function sayAverage(average: number, language: string): string {
  const format = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(language, format).format(average);
}

/** With its sign, as scores that may be below nothing are told: +45, 0, -12. */
export function saySigned(number: number, language: string): string {
  return new Intl.NumberFormat(language, { signDisplay: "exceptZero" }).format(number);
}

/** What a printed link may name as its table, as the portal takes it. */
const PLACE = /^[A-Za-z0-9_-]{1,64}$/;
const RANGE = /^(\d{1,3})-(\d{1,3})$/;
const PLACES_MAX = 200;

/** "1-12, bar" as the tables it names; null: one cannot stand in a link, or they are too many. */
export function readTables(text: string): string[] | null {
  const tables = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .flatMap((part) => {
      const [, from, to] = RANGE.exec(part) ?? [];
      if (from === undefined || to === undefined || Number(from) > Number(to)) return [part];
      const count = Number(to) - Number(from) + 1;
      return Array.from({ length: count }, (_, index) => String(Number(from) + index));
    });
  const each = [...new Set(tables)];
  return each.length <= PLACES_MAX && each.every((table) => PLACE.test(table)) ? each : null;
}
