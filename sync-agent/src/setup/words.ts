import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const texts = {
  en: require("./locales/en.json") as Record<string, string>,
  vi: require("./locales/vi.json") as Record<string, string>,
};

export type SetupLanguage = keyof typeof texts;
export type Say = (key: string, values?: Readonly<Record<string, string>>) => string;

/** The first of the browser's languages that is one of ours. */
export function chooseLanguage(accepted: string | undefined): SetupLanguage {
  const named = (accepted ?? "").toLowerCase().split(",");
  const known = named.map((each) => each.trim().slice(0, 2));
  return known.find((each) => each === "vi" || each === "en") === "vi" ? "vi" : "en";
}

/** Throws for a key that no language has: it is a bug of ours. */
export function sayIn(language: SetupLanguage): Say {
  return (key, values = {}) => {
    const text = texts[language][key];
    if (text === undefined) throw new Error(`the set-up page has no words for ${key}`);
    return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  };
}
