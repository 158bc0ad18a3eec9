import { useTexts } from "./texts.ts";

const FEATURES = [
  ...["branches", "channels", "customers", "marks", "visits", "access-codes", "surveys"],
] as const;
const NOUNS = [
  ...["access-code", "box", "branch", "code", "command", "consent", "credential", "customer"],
  ...["device", "group", "guest", "guest-request", "session", "survey", "tag", "tier", "visit"],
] as const;

/** What a part of Foyer does, in words; its own name where it is too new to have any. */
export function useNameOfFeature(): (feature: string) => string {
  const t = useTexts();
  return (feature) => {
    const known = FEATURES.find((each) => each === feature);
    return known ? t(`feature-${known}`) : feature;
  };
}

/** What an event is about, by the noun that its type begins with. */
export function useNameOfEvent(): (type: string) => string {
  const t = useTexts();
  return (type) => {
    const known = NOUNS.find((each) => each === type.split(".")[0]);
    return known ? t(`noun-${known}`) : type;
  };
}
