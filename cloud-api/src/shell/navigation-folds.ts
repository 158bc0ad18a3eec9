import { SECTIONS, type Section } from "./screens.ts";

/** Where a browser remembers what somebody folded: on one that several share, each has their own. */
export const foldsKey = (staffId: string): string => `foyer-folded:${staffId}`;

/** What was remembered; what is no section any more is left out. */
export function readFolds(text: string | null): Section[] {
  const words = text?.split(",") ?? [];
  return SECTIONS.filter((section) => words.includes(section));
}

export const writeFolds = (folds: readonly Section[]): string => folds.join(",");

export const toggleFold = (folds: readonly Section[], section: Section): Section[] =>
  folds.includes(section) ? folds.filter((each) => each !== section) : [...folds, section];

type Shown = { folds: readonly Section[]; current: Section | null };

/** The part without a heading cannot be folded, and that of the open page stays open. */
export const isSectionOpen = (section: Section, { folds, current }: Shown): boolean =>
  section === "now" || section === current || !folds.includes(section);
