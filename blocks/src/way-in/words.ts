import type { Language } from "@foyer/contract";
import { makeTranslator, type Translate, type Words } from "../translate.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

export type WayInKey = keyof typeof en;
/** Says a message of the way in. */
export type SayWayIn = Translate<WayInKey>;

/** The portal says some of them on other pages too. */
export const WAY_IN_WORDS: Record<Language, Record<WayInKey, Words[string]>> = { en, fa, vi };

const sayers: Record<Language, SayWayIn> = {
  en: makeTranslator(en, "en"),
  fa: makeTranslator(fa, "fa"),
  vi: makeTranslator(vi, "vi"),
};

/** Made once, since what counts and writes numbers is slow to make. */
export const sayerOf = (language: Language): SayWayIn => sayers[language];

/** How a page says its words, and where its links lead on. */
export type Onward = {
  t: SayWayIn;
  /** A path of the portal's with what the page carries along. */
  hrefOf: (path: string) => string;
};

/**
 * Its dates on the calendar of birthdays and time tables: Persian ones would count by the Solar
 * Hijri one, which a field that asks for a Gregorian date does not.
 */
export const localeOf = (language: Language): string =>
  language === "fa" ? "fa-u-ca-gregory" : language;
