import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuiltInField, type OwnReason, type PlainReason, splitReason } from "./rules.ts";

/** The words of this feature that stand in files, in the languages of staff. */
export type Words = Record<
  | `reason-${PlainReason | OwnReason}`
  | `field-${BuiltInField}`
  | ("reason-column" | "imports" | "bad" | "kind-person" | "kind-company" | "yes" | "no"),
  string
>;

const read = (language: string): Words =>
  JSON.parse(readFileSync(join(import.meta.dirname, "locales", `${language}.json`), "utf8"));

export const WORDS = { vi: read("vi"), en: read("en") };

type Labels = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Why a row cannot be taken, in words; `labels`: what the company calls its own fields. */
export function sayReason(
  reason: string,
  { words, labels, language }: { words: Words; labels: Labels; language: string },
): string {
  const { reason: word, field } = splitReason(reason);
  const label = labels.get(field ?? "");
  const name = label?.[language] ?? Object.values(label ?? {})[0] ?? field ?? "";
  return words[`reason-${word}`].replace("{field}", name);
}
