import { textsOf } from "../../../shell/language.tsx";
import en from "../locales/en.json";
import vi from "../locales/vi.json";

export const useTexts = textsOf({ en, vi });
