import type { Language, LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { asFields, chooseText, findOtherLanguage, readLocalText } from "../local-text.ts";
import { personalise, splitParagraphs } from "../personalise.ts";

export const HEADING_CHARACTERS_MAX = 120;
export const TEXT_CHARACTERS_MAX = 600;

export type WelcomeFields = {
  /** Null: the block's own words in the guest's language. */
  heading: LocalText | null;
  text: LocalText | null;
};

export type WelcomeView = {
  heading: string;
  paragraphs: string[];
  /** Of words that are not in the guest's language. */
  headingLanguage: Language | null;
  textLanguage: Language | null;
};

/** What the block says by itself when the settings leave the words to it. */
export type WelcomeWords = { first: string; again: string; generic: string };

export function readWelcomeFields(value: unknown): ReadFields<WelcomeFields> {
  const fields = asFields(value);
  if (!fields) return { kind: "invalid", reason: "fields is not an object" };
  const heading = readLocalText(fields, "heading", HEADING_CHARACTERS_MAX);
  if (heading.kind === "invalid") return heading;
  const text = readLocalText(fields, "text", TEXT_CHARACTERS_MAX);
  if (text.kind === "invalid") return text;
  return { kind: "fields", fields: { heading: heading.fields, text: text.fields } };
}

/** A heading is never empty: where the branch's own cannot be said of this guest, ours is. */
export function viewWelcome(
  fields: WelcomeFields,
  context: BlockContext,
  words: WelcomeWords,
): WelcomeView {
  const say = (text: LocalText | null) => {
    const chosen = chooseText(text, context.language, context.languages);
    return chosen === null ? null : personalise(chosen, context);
  };
  const fallback =
    context.guestName !== null
      ? words.again
      : context.visitNumber === 1
        ? words.first
        : words.generic;
  const heading = say(fields.heading);
  return {
    heading: heading ?? personalise(fallback, context) ?? context.branchName,
    paragraphs: splitParagraphs(say(fields.text)),
    headingLanguage: heading === null ? null : findOtherLanguage(fields.heading, context),
    textLanguage: findOtherLanguage(fields.text, context),
  };
}
