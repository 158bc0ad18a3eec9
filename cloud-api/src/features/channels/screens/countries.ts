import { type Language, LOCALE } from "../../../shell/translate.ts";

const LETTERS = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
/** Names that are no country: groups of them, islands without numbers, and codes kept for use. */
const NO_COUNTRIES = new Set("AQ BV CP CQ DG EA EU EZ GS HM IC PN QO TF UM UN XA XB ZZ".split(" "));

export type CountryChoice = { value: string; label: string };

/** Every country by its name in the reader's language, as the browser knows it. */
export function listCountries(language: Language): CountryChoice[] {
  const locale = LOCALE[language];
  const names = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const choices = codes.flatMap((value) => {
    const label = NO_COUNTRIES.has(value) ? undefined : names.of(value);
    return label ? [{ value, label }] : [];
  });
  const { compare } = new Intl.Collator(locale);
  return choices.sort((a, b) => compare(a.label, b.label));
}
