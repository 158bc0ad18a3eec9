import { choosePage } from "@foyer/admission";
import { renderBlocks } from "@foyer/blocks";
import type { BlockSettings } from "@foyer/contract";
import type { Step } from "../step.ts";
import { withPicturesAsFiles } from "./pictures.ts";

/** Somebody who was proved to be a guest of this branch. */
export type KnownVisitor = { name: string | null; visitNumber: number };

export type Welcome = {
  html: string;
  /** The branch wrote this page itself, so the portal adds no words of its own. */
  isOwn: boolean;
};

const DEFAULT_BLOCKS: BlockSettings[] = [{ kind: "welcome", fields: {} }];

/**
 * The branch's own part of the page for whoever stands before it. Null is somebody of whom nothing
 * was proved: they see what a first-timer sees, and nothing personal.
 */
export function renderWelcome(step: Step, visitor: KnownVisitor | null): Welcome {
  const { settings, language, portal } = step;
  const viewer = { isReturning: visitor !== null, visitNumber: visitor?.visitNumber ?? 1 };
  const page = choosePage(settings.pages, viewer);
  const { html, faults } = renderBlocks(page?.blocks ?? DEFAULT_BLOCKS, {
    language,
    languages: settings.branch.languages,
    branchName: settings.branch.name,
    guestName: visitor?.name ?? null,
    visitNumber: visitor?.visitNumber ?? null,
  });
  for (const fault of faults)
    portal.log.warn(
      { pageId: page?.id, block: fault.index, reason: fault.reason },
      "block left out",
    );
  return { html: withPicturesAsFiles(html, settings), isOwn: page !== null };
}
