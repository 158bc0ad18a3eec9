import { textsOf } from "../../../shell/language.tsx";
import en from "../locales/checks-en.json";
import vi from "../locales/checks-vi.json";

// Beside the screen, not in the staff app's first script: few open it.
export const useTexts = textsOf({ en, vi });
export type TextKey = keyof typeof en;
