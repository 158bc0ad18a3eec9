import type { ConsentPurpose } from "@foyer/contract";
import { hrefOf, type Step } from "../step.ts";
import { findText, type ShownText, tickValueOf } from "./rules.ts";

/** The text of a purpose as this step's guest sees it. */
export function findTextFor(step: Step, purpose: ConsentPurpose): ShownText | null {
  const { settings, language } = step;
  const branchLanguages = settings.branch.languages;
  return findText(settings.legalTexts, purpose, { language, branchLanguages });
}

/** A box to tick, never ticked beforehand. */
export function viewTick(step: Step, text: ShownText, fault: string | null = null) {
  const href =
    text.body === "" ? null : hrefOf(step.portal, `/legal/${text.purpose}`, step.context);
  return {
    purpose: text.purpose,
    language: text.language,
    label: text.label,
    value: tickValueOf(text),
    href,
    fault,
  };
}
