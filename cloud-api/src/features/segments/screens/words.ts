import { type Language, LOCALE } from "../../../shell/translate.ts";
import type { Texts } from "./texts.ts";

/** A field of the company's own, as the builder has to know it. */
export type OwnField = {
  key: string;
  kind: string;
  label: Readonly<Record<string, string>>;
  choices: readonly { value: string; label: Readonly<Record<string, string>> }[];
};

/** What a tree is said with; a name that is not there (any more) is said so. */
export type Words = {
  t: Texts;
  language: Language;
  nameOf: (
    kind: "branch" | "branchKind" | "brand" | "form" | "mark" | "segment" | "survey" | "system",
    id: string,
  ) => string;
  /** The company's own fields. */
  ownFields: readonly OwnField[];
};

export const nameOfMonth = (language: Language, month: number) =>
  new Intl.DateTimeFormat(LOCALE[language], { month: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(2024, month - 1, 1)),
  );

export function list(
  names: readonly string[],
  type: "conjunction" | "disjunction",
  { language }: Words,
) {
  return new Intl.ListFormat(LOCALE[language], { type }).format(names);
}
