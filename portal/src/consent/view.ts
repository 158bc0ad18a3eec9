import { findText, type ShownText, viewTick as viewTickOn } from "@foyer/blocks";
import { type ConsentPurpose, listAskedTexts } from "@foyer/contract";
import { onceForSettings } from "../of-settings.ts";
import { onwardOf, type Step } from "../step.ts";

export const askedTextsOf = onceForSettings(listAskedTexts);

/** The text of a purpose as this step's guest sees it. */
export function findTextFor(step: Step, purpose: ConsentPurpose): ShownText | null {
  const { settings, language } = step;
  const branchLanguages = settings.branch.languages;
  return findText(askedTextsOf(settings), purpose, { language, branchLanguages });
}

/** A box to tick, or one for each channel, never ticked beforehand. */
export const viewTick = (step: Step, text: ShownText, fault: string | null = null) =>
  viewTickOn(onwardOf(step), text, fault);
