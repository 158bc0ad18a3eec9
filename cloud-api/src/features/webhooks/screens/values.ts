import type { NamedValues } from "../../../shell/screens.ts";
import { pickTexts } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

/** What each kind of message tells. */
export const values: NamedValues = { en: pickTexts(en, "type-"), vi: pickTexts(vi, "type-") };
