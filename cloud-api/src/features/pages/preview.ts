import { toMoment, toWallTime } from "@foyer/admission";
import { type BlockContext, renderBlocks, withBrandLinks } from "@foyer/blocks";
import { type BranchSettings, findReward, type Language } from "@foyer/contract";
import type { PageContent } from "./schema.ts";

type Branch = Pick<BranchSettings, "brand" | "branch" | "surveys" | "coupons">;

export type Seen = {
  content: PageContent;
  settings: Branch;
  language: Language;
  stage: "before" | "after";
  guestName: string | null;
  visitNumber: number | null;
  /** Those that a page asks no more. */
  answeredSurveys: readonly string[];
  now: Date;
};

/** The page's own part of <main>, by the renderer of the box and from the same input. */
export function renderMain({ content, settings, answeredSurveys, ...seen }: Seen) {
  const { brand, branch, surveys = [] } = settings;
  const context: BlockContext = {
    ...seen,
    languages: branch.languages,
    branchName: branch.name,
    timeZone: branch.timeZone,
    findSurvey: (surveyId) => {
      const survey = surveys.find(({ id }) => id === surveyId);
      // A box asks whom it knows, once; nothing can be sent from a preview.
      const isAsked = seen.visitNumber !== null && !answeredSurveys.includes(surveyId);
      const offer = findReward(settings.coupons, surveyId)?.offer ?? null;
      return survey && isAsked ? { survey, action: "/survey", sealed: "", offer } : null;
    },
  };
  return renderBlocks(withBrandLinks(content.blocks, brand), context);
}

/** YYYY-MM-DDTHH:MM on the branch's wall as a moment; null: no such day. */
export function readWallTime(text: string, timeZone: string): Date | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return toMoment({ year, month, day, minutes: hour * 60 + minute }, timeZone);
}

/** The moment as the branch's wall shows it, YYYY-MM-DDTHH:MM. */
export function sayWallTime(moment: Date, timeZone: string): string {
  const { year, month, day, hour, minute } = toWallTime(moment, timeZone);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}
