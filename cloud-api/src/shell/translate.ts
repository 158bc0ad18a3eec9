/** The languages staff can read Foyer in; both are first languages. */
export const LANGUAGES = ["vi", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
/** What guest pages speak: more than staff screens. */
export const GUEST_LANGUAGES = [...LANGUAGES, "fa"] as const;

/** The BCP 47 tag that numbers, dates and sorting follow in a language. */
export const LOCALE: Record<Language, string> = { vi: "vi-VN", en: "en-GB" };

/** A sentence, or its forms by CLDR plural category, chosen by the value `count`. */
export type Text = string | { one?: string; other: string };
export type Texts = Record<string, Text>;
export type Values = Record<string, string | number>;

export function isLanguage(value: unknown): value is Language {
  return value === "vi" || value === "en";
}

/** The sentences whose keys begin with something, by what follows it. */
export const pickTexts = (texts: Texts, begin: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      key.startsWith(begin) && typeof text === "string" ? [[key.slice(begin.length), text]] : [],
    ),
  );

/** The first language of the browser's list that Foyer speaks; English when it speaks none. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0];
    if (isLanguage(language)) return language;
  }
  return "en";
}

/** Fills `{name}` places. Numbers are written by the language's locale; a missing value stays visible. */
export function translate(language: Language, text: Text, values: Values = {}): string {
  return chooseForm(language, text, values).replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? value.toLocaleString(LOCALE[language]) : value;
  });
}

function chooseForm(language: Language, text: Text, values: Values): string {
  if (typeof text === "string") return text;
  const count = Number(values.count ?? 0);
  const category = new Intl.PluralRules(LOCALE[language]).select(count);
  return category === "one" ? (text.one ?? text.other) : text.other;
}
