import type { Language, LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { asFields, chooseText, findOtherLanguage, readLocalText } from "../local-text.ts";
import { personalise, splitParagraphs } from "../personalise.ts";

export const TEXT_CHARACTERS_MAX = 4000;

export type TextFields = { text: LocalText };

export function readTextFields(value: unknown): ReadFields<TextFields> {
  const fields = asFields(value);
  if (!fields) return { kind: "invalid", reason: "fields is not an object" };
  const text = readLocalText(fields, "text", TEXT_CHARACTERS_MAX);
  if (text.kind === "invalid") return text;
  if (text.fields === null) return { kind: "invalid", reason: "text is missing" };
  return { kind: "fields", fields: { text: text.fields } };
}

/** Paragraph by paragraph: one that cannot be said of this guest does not silence the others. */
export function viewText(
  fields: TextFields,
  context: BlockContext,
): { paragraphs: string[]; language: Language | null } {
  const text = chooseText(fields.text, context.language, context.languages);
  const paragraphs = splitParagraphs(text).map((each) => personalise(each, context));
  const language = findOtherLanguage(fields.text, context);
  return { paragraphs: paragraphs.filter((each) => each !== null), language };
}
