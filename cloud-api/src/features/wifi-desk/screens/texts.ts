import { textsOf } from "../../../shell/language.tsx";
import en from "../locales/desk-en.json";
import vi from "../locales/desk-vi.json";
import keysEn from "../locales/keys-en.json";
import keysVi from "../locales/keys-vi.json";
import whyEn from "../locales/why-en.json";
import whyVi from "../locales/why-vi.json";

// Beside the screens, not in the staff app's first script: few open them.
export const useTexts = textsOf({
  en: { ...en, ...keysEn, ...whyEn },
  vi: { ...vi, ...keysVi, ...whyVi },
});
export type TextKey = keyof typeof en | keyof typeof whyEn;

/** A text by a key that may be none of ours; null then. */
export function findKey(key: string): TextKey | null {
  return Object.hasOwn(whyEn, key) || Object.hasOwn(en, key) ? (key as TextKey) : null;
}

/** Why a box answered as it did. It may know words that this app does not: they are shown as they are. */
export function useSayReason(): (reason: string) => string {
  const t = useTexts();
  return (reason) => {
    const key = findKey(`why-${reason}`);
    return key ? t(key) : t("other", { reason });
  };
}
