import type { NamedValues } from "../../../shell/screens.ts";
import { pickTexts } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

/** What each permission is to do. */
export const values: NamedValues = { en: pickTexts(en, "may-"), vi: pickTexts(vi, "may-") };
