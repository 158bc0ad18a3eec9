import { toMoment } from "@foyer/admission";
import { type BlockContext, renderBlocks } from "@foyer/blocks";
import type { BranchSettings, Language } from "@foyer/contract";
import type { PageContent } from "./schema.ts";

type Branch = Pick<BranchSettings, "brand" | "branch" | "surveys">;

export type Seen = {
  content: PageContent;
  settings: Branch;
  language: Language;
  stage: "before" | "after";
  guestName: string | null;
  visitNumber: number | null;
  now: Date;
};

/** The page's own part of <main>, by the renderer of the box and from the same input. */
export function renderMain({ content, settings, ...seen }: Seen) {
  const { branch, surveys = [] } = settings;
  const context: BlockContext = {
    ...seen,
    languages: branch.languages,
    branchName: branch.name,
    timeZone: branch.timeZone,
    findSurvey: (surveyId) => {
      const survey = surveys.find(({ id }) => id === surveyId);
      // As a box asks whoever it knows; nothing can be sent from a preview.
      return survey && seen.visitNumber !== null ? { survey, action: "/survey", sealed: "" } : null;
    },
  };
  return renderBlocks(content.blocks, context);
}

/** YYYY-MM-DDTHH:MM on the branch's wall as a moment; null: no such day. */
export function readWallTime(text: string, timeZone: string): Date | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T:]/).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return toMoment({ year, month, day, minutes: hour * 60 + minute }, timeZone);
}
