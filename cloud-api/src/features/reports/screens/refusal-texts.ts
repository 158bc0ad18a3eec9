import { textsOf } from "../../../shell/language.tsx";
import en from "../locales/refusals-en.json";
import vi from "../locales/refusals-vi.json";

// Beside the screen, not in the staff app's first script.
export const useRefusalTexts = textsOf({ en, vi });

/** Why RADIUS said no, in a few words; a box of a newer release may know more reasons. */
export function useSayRefusal(): (reason: string) => string {
  const t = useRefusalTexts();
  return (reason) => {
    const key = `why-${reason}`;
    return key in en ? t(key as keyof typeof en) : t("why-other", { reason });
  };
}
