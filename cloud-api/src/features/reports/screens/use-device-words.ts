import { type DeviceWord, UNKNOWN } from "../rules.ts";
import { type TextKey, useTexts } from "./texts.ts";

/** What a device's browser said that it runs, or is, in words. */
export function useDeviceWords(): (by: "system" | "form", word: DeviceWord) => string {
  const t = useTexts();
  return (by, word) => (word === UNKNOWN ? t("unknown") : t(`${by}-${word}` as TextKey));
}
