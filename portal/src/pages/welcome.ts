import { choosePage, strangerOf, type Viewer, whatPagesAsk } from "@foyer/admission";
import { type RenderedBlocks, renderBlocks, withBrandLinks } from "@foyer/blocks";
import { findViewer, findVisitNumber, type Guest } from "@foyer/branch-store";
import type { BlockSettings, PageSettings } from "@foyer/contract";
import type { Step } from "../step.ts";
import { findSurveyForm } from "../survey/form.ts";
import { withPicturesAsFiles } from "./pictures.ts";

export type Welcome = {
  html: string;
  /** The rules of style that its blocks bring. */
  style: string;
  /** The branch wrote this page itself, so the portal adds no words of its own. */
  isOwn: boolean;
  /** Which visit the guest is in, or begins; null of somebody who is not known. */
  visitNumber: number | null;
};

const DEFAULT_BLOCKS: BlockSettings[] = [{ kind: "welcome", fields: {} }];

/**
 * The branch's own part of the page for whoever stands before it. Null is somebody of whom nothing
 * was proved: they see what a first-timer sees, and nothing personal.
 */
export function renderWelcome(step: Step, guest: Guest | null): Welcome {
  const { settings, context, now } = step;
  const viewer = viewerOf(step, guest);
  const { timeZone } = settings.branch;
  const page = choosePage(settings.pages, viewer, { now, timeZone });
  context.page = page && { pageId: page.id, version: page.version };
  const visitNumber = guest && viewer.visitNumber;
  const shown = { stage: "before", pageId: page?.id ?? null, guest, visitNumber } as const;
  const own = page && render(step, page.blocks, shown);
  // A page that says nothing to this guest, such as a survey to somebody who is not known, greets nobody.
  const isOwn = own !== null && own.html !== "";
  const { html, style } = isOwn ? own : render(step, DEFAULT_BLOCKS, shown);
  return { html, style, isOwn, visitNumber };
}

/** What radius judges by as well: see isPageDue. */
function viewerOf({ settings, language, context, portal }: Step, guest: Guest | null): Viewer {
  if (guest === null) return strangerOf(language);
  const asks = whatPagesAsk(settings.pages, settings.signIn.greet);
  const viewer = portal.store.read((tx) => findViewer(tx, guest, asks));
  // Somebody who has just chosen another language means it.
  return { ...viewer, language: context.language ?? viewer.language };
}

/** The page that the guest came in by, while the branch still has it. */
export function findPageOf({ settings, context }: Step): PageSettings | null {
  const pageId = context.page?.pageId;
  return settings.pages.find((each) => each.id === pageId) ?? null;
}

/** What of that page is for the time after access. `guest` is whoever went online. */
export function renderAfter(step: Step, guest: Guest | null): Pick<Welcome, "html" | "style"> {
  const page = findPageOf(step);
  const own = page?.blocks ?? [];
  const blocks = withBrandLinks(own, step.settings.brand);
  if (blocks.length === 0) return { html: "", style: "" };
  // The brand's links say nothing of a visit.
  const visitNumber =
    guest && own.length > 0 ? step.portal.store.read((tx) => findVisitNumber(tx, guest.id)) : null;
  return render(step, blocks, { stage: "after", pageId: page?.id ?? null, guest, visitNumber });
}

type Shown = {
  stage: "before" | "after";
  pageId: string | null;
  guest: Guest | null;
  /** Which visit they are in, where a block may say it. */
  visitNumber: number | null;
};

function render(
  step: Step,
  blocks: readonly BlockSettings[],
  { stage, pageId, guest, visitNumber }: Shown,
): Pick<RenderedBlocks, "html" | "style"> {
  const { settings, language, portal, now } = step;
  const { branch } = settings;
  const { html, style, faults } = renderBlocks(blocks, {
    language,
    languages: branch.languages,
    branchName: branch.name,
    guestName: guest?.name ?? null,
    // Not a getter: V8 makes a class of objects for each, which keeps all of a guest's page until old
    // memory is cleared.
    visitNumber,
    now,
    timeZone: branch.timeZone,
    stage,
    findSurvey: (surveyId) => guest && findSurveyForm(step, { surveyId, guestId: guest.id }),
  });
  for (const { index, reason } of faults)
    portal.log.warn({ pageId, block: index, reason }, "block left out");
  return { html: withPicturesAsFiles(html, settings), style };
}
