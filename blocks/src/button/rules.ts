import type { LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "../block.ts";
import { readUrl } from "../link.ts";
import { asFields, chooseTextFor, NO_OBJECT, readNeededText } from "../local-text.ts";
import { personalise } from "../personalise.ts";

export const LABEL_CHARACTERS_MAX = 60;

export type ButtonFields = { label: LocalText; url: string };

export function readButtonFields(value: unknown): ReadFields<ButtonFields> {
  const fields = asFields(value);
  if (!fields) return NO_OBJECT;
  const label = readNeededText(fields, "label", LABEL_CHARACTERS_MAX);
  if (label.kind === "invalid") return label;
  const url = readUrl(fields, "url");
  if (url.kind === "invalid") return url;
  return { kind: "fields", fields: { label: label.fields, url: url.fields } };
}

/** A button that cannot be said of this guest says where it leads. */
export function viewButton({ label, url }: ButtonFields, context: BlockContext) {
  const chosen = chooseTextFor(label, context);
  return { url, label: (chosen && personalise(chosen, context)) ?? new URL(url).host };
}
