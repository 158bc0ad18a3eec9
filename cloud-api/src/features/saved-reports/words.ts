import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

export type Language = "vi" | "en";
const TEXTS: Record<Language, Readonly<Record<string, unknown>>> = { en, vi };

/** What a table of a report is called. */
export function titleOf(language: Language, part: string): string {
  const title = TEXTS[language][`part-${part}`];
  return typeof title === "string" ? title : part;
}
