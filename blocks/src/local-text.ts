import type { Language, LocalText } from "@foyer/contract";
import type { BlockContext, ReadFields } from "./block.ts";

const LANGUAGES: readonly string[] = ["vi", "en", "fa"] satisfies Language[];

/** The text in the guest's language, else in the branch's own order; null where none says anything. */
export function chooseText(
  text: LocalText | null | undefined,
  language: Language,
  languages: readonly Language[],
): string | null {
  const said = text && [language, ...languages].find((each) => says(text, each));
  return (said && text[said]) ?? null;
}

/** The same for whom a block is shown to. */
export function chooseTextFor(
  text: LocalText | null | undefined,
  { language, languages }: Pick<BlockContext, "language" | "languages">,
): string | null {
  return chooseText(text, language, languages);
}

/** The language that chooseText falls back to; null where the text is in the guest's own. */
export function findOtherLanguage(
  text: LocalText | null | undefined,
  { language, languages }: Pick<BlockContext, "language" | "languages">,
): Language | null {
  if (!text || says(text, language)) return null;
  return languages.find((each) => says(text, each)) ?? null;
}

/** Spaces alone say nothing. */
const says = (text: LocalText, language: Language) => Boolean(text[language]?.trim());

/** Reads one field that holds words in several languages. An absent field is null. */
export function readLocalText(
  fields: Record<string, unknown>,
  name: string,
  lengthMax: number,
): ReadFields<LocalText | null> {
  const value = fields[name];
  if (value === undefined || value === null) return { kind: "fields", fields: null };
  if (typeof value !== "object" || Array.isArray(value))
    return { kind: "invalid", reason: `${name} is not an object of language and text` };
  const text: LocalText = {};
  for (const [language, words] of Object.entries(value)) {
    if (!LANGUAGES.includes(language))
      return { kind: "invalid", reason: `${name} has the unknown language ${language}` };
    if (typeof words !== "string" || words.length > lengthMax)
      return {
        kind: "invalid",
        reason: `${name}.${language} is not a text of at most ${lengthMax} characters`,
      };
    text[language as Language] = words;
  }
  return { kind: "fields", fields: text };
}

/** The same of a field that has to be there. */
export function readNeededText(
  fields: Record<string, unknown>,
  name: string,
  lengthMax: number,
): ReadFields<LocalText> {
  const read = readLocalText(fields, name, lengthMax);
  if (read.kind === "invalid") return read;
  return read.fields === null
    ? { kind: "invalid", reason: `${name} is missing` }
    : { kind: "fields", fields: read.fields };
}

/** The settings' fields as an object, or null. */
export function asFields(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}

export const NO_OBJECT = { kind: "invalid", reason: "fields is not an object" } as const;
