import { textsOf } from "../../../shell/language.tsx";
import { type Language, translate, type Values } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const useTexts = textsOf({ en, vi });

export type Say = (key: keyof typeof en, values?: Values) => string;

/** The words of the page in a language of staff; a guest of another reads English. */
export const sayIn =
  (language: Language | "fa"): Say =>
  (key, values) =>
    language === "vi" ? translate("vi", vi[key], values) : translate("en", en[key], values);
