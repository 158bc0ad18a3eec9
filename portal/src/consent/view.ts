import { type ConsentPurpose, listAskedTexts } from "@foyer/contract";
import { onceForSettings } from "../of-settings.ts";
import { hrefOf, type Step } from "../step.ts";
import { findText, listChoices, type ShownText, tickNameOf, tickValueOf } from "./rules.ts";

export const askedTextsOf = onceForSettings(listAskedTexts);

/** The text of a purpose as this step's guest sees it. */
export function findTextFor(step: Step, purpose: ConsentPurpose): ShownText | null {
  const { settings, language } = step;
  const branchLanguages = settings.branch.languages;
  return findText(askedTextsOf(settings), purpose, { language, branchLanguages });
}

/** A box to tick, or one for each channel, never ticked beforehand. */
export function viewTick(step: Step, text: ShownText, fault: string | null = null) {
  const href =
    text.body === "" ? null : hrefOf(step.portal, `/legal/${text.purpose}`, step.context);
  return {
    purpose: text.purpose,
    language: text.language,
    label: text.label,
    value: tickValueOf(text),
    channels: text.channels === null ? null : listChoices(text).map(viewChoice(step)),
    href,
    fault,
  };
}

const viewChoice =
  ({ t }: Step) =>
  (choice: ReturnType<typeof listChoices>[number]) => ({
    name: tickNameOf(choice),
    label: choice.channel === null ? "" : t(`channel.${choice.channel}`),
  });
