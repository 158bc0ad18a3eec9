import { textsOf } from "../../../shell/language.tsx";
import en from "../locales/editor-en.json";
import vi from "../locales/editor-vi.json";

/** Only what is fetched with a screen of pages says these; the words of the navigation are apart. */
export const useTexts = textsOf({ en, vi });
