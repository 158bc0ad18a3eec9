import en from "../locales/en.json";
import { useTexts } from "./texts.ts";

type Key = keyof typeof en;

const isKey = (key: string): key is Key => key in en;

/** What a part of Foyer does, in words; its own name where it is too new to have any. */
export function useNameOfFeature(): (feature: string) => string {
  const t = useTexts();
  return (feature) => {
    const key = `feature-${feature}`;
    return isKey(key) ? t(key) : feature;
  };
}

/** What an event is about, by the noun that its type begins with. */
export function useNameOfEvent(): (type: string) => string {
  const t = useTexts();
  return (type) => {
    const key = `noun-${type.split(".")[0]}`;
    return isKey(key) ? t(key) : type;
  };
}
