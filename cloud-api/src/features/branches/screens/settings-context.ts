import { createContext, useContext } from "react";
import { ApiError } from "../../../shell/api.ts";
import { findSettingAt, type SettingKey, type Settings } from "./settings-values.ts";
import { useTexts } from "./texts.ts";

type SettingsContextValue = {
  branchId: string;
  document: Settings;
  set: (key: SettingKey, value: unknown, also?: Partial<Record<SettingKey, unknown>>) => void;
  /** Why the last try to save was refused. */
  refusal: unknown;
};

const SettingsContext = createContext<SettingsContextValue | null>(null);
export const SettingsProvider = SettingsContext.Provider;

/** The branch's settings as they stand on the screen, inside its settings page. */
export function useSettingsContext(): SettingsContextValue {
  const value = useContext(SettingsContext);
  if (!value) throw new Error("useSettingsContext was called outside of the settings page");
  return value;
}

/** Faults that have a sentence of their own; of the others the API's reason is told. */
const OWN_SENTENCES = ["order", "phone", "email", "landingUrl", "languages", "name"] as const;

/** What the API said against a setting, in a sentence; null where it said nothing. */
export function useFaultOf(): (
  key: SettingKey,
  range?: { min: number; max: number },
) => string | null {
  const t = useTexts();
  const { refusal } = useSettingsContext();
  return (key, range) => {
    if (!(refusal instanceof ApiError) || refusal.code !== "invalid") return null;
    if (findSettingAt(refusal.field ?? "") !== key) return null;
    if (range) return t("fault-range", range);
    const own = OWN_SENTENCES.find((each) => each === key);
    return own ? t(`fault-${own}`) : t("settings-invalid", { reason: refusal.message });
  };
}
