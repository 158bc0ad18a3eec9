import { toMoment, toWallTime } from "@foyer/admission";
import {
  type BlockContext,
  drawFirst,
  INERT_STYLE,
  inert,
  namePictures,
  renderBlocks,
  sayerOf,
  withBrandLinks,
} from "@foyer/blocks";
import { findReward, type Language } from "@foyer/contract";
import type { PlaceSeen } from "./look.ts";
import { drawAfter, visitNumberOnline } from "./online.ts";
import type { PageContent, PreviewQuery } from "./schema.ts";
import { drawStep } from "./steps.ts";
import type { Standing } from "./viewers.ts";
import { viewWayIn } from "./way-in.ts";

export type Seen = {
  content: PageContent;
  /** False: no page of the branch's own, but what its box shows where it has none for a guest. */
  isOwn: boolean;
  settings: PlaceSeen;
  language: Language;
  stage: PreviewQuery["stage"];
  guestName: string | null;
  visitNumber: number | null;
  /** Looked at of somebody known. */
  standing: Standing;
  /** Those that a page asks no more. */
  answeredSurveys: readonly string[];
  now: Date;
};

/** What stands in <main>, by what draws it on the box and from the same input; the way in is inert. */
export function drawMain(
  seen: Seen,
  pictures: PreviewQuery["pictures"],
): { html: string; style: string; title: string } {
  const { stage } = seen;
  const title = seen.content.name;
  if (stage === "code" || stage === "details") {
    const { heading, html } = drawStep(stage, seen);
    return { html: inert(html), style: INERT_STYLE, title: heading };
  }
  const isOnline = stage === "after";
  const visitNumber = isOnline ? visitNumberOnline(seen) : seen.visitNumber;
  const { html, style: blockStyle } = render({ ...seen, stage, visitNumber });
  const style = `${blockStyle}\n${INERT_STYLE}`.trim();
  const blocks = pictures === "files" ? namePictures(html) : html;
  if (isOnline) {
    const after = drawAfter(seen, blocks);
    return { html: inert(after.html), style, title: after.heading };
  }
  const t = sayerOf(seen.language);
  const page = { ...viewWayIn(seen, t), blocks, visitNumber: null, sealed: "", isInert: true };
  return { html: drawFirst({ ...page, t }), style, title };
}

type Rendered = Seen & { stage: "before" | "after" };

function render({ content, settings, answeredSurveys, ...seen }: Rendered) {
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
