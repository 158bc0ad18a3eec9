import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

export type Language = "vi" | "en";
const TEXTS: Record<Language, Readonly<Record<string, string>>> = { en, vi };

/** What a table of a report is called. */
export const titleOf = (language: Language, part: string): string =>
  TEXTS[language][`part-${part}`] ?? part;
