import type { LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import {
  asFields,
  chooseTextFor,
  findOtherLanguage,
  NO_OBJECT,
  readNeededText,
} from "../local-text.ts";
import { personalise } from "../personalise.ts";

export const TEXT_CHARACTERS_MAX = 120;

export type HeadingFields = { text: LocalText };

export function readHeadingFields(value: unknown): ReadFields<HeadingFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const text = readNeededText(fields, "text", TEXT_CHARACTERS_MAX);
  return text.kind === "invalid" ? text : { kind: "fields", fields: { text: text.fields } };
}

/** Null where it cannot be said of this guest. */
export function viewHeading({ text }: HeadingFields, context: BlockContext) {
  const chosen = chooseTextFor(text, context);
  const said = chosen === null ? null : personalise(chosen, context);
  return { text: said, language: findOtherLanguage(text, context) };
}
