import type { Language, LocalText } from "@foyer/contract";
import type { ReadFields } from "./block.ts";

/** The text in the guest's language, else in the branch's own order; null when there is none. */
export function chooseText(
  text: LocalText | null,
  language: Language,
  languages: readonly Language[],
): string | null {
  if (text === null) return null;
  for (const each of [language, ...languages]) if (text[each]) return text[each];
  return null;
}

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
    if (language !== "vi" && language !== "en")
      return { kind: "invalid", reason: `${name} has the unknown language ${language}` };
    if (typeof words !== "string" || words.length > lengthMax)
      return {
        kind: "invalid",
        reason: `${name}.${language} is not a text of at most ${lengthMax} characters`,
      };
    text[language] = words;
  }
  return { kind: "fields", fields: text };
}

/** The settings' fields as an object, or null. */
export function asFields(value: unknown): Record<string, unknown> | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : null;
}
