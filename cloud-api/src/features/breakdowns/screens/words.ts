import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { FIELDS } from "../rules.ts";
import type { CountFieldsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

export type CountField = CountFieldsReply["fields"][number];
type Texts = ReturnType<typeof useTexts>;
type Key = Parameters<Texts>[0];

export function useCountFields() {
  return useQuery({
    queryKey: ["customer-counts"],
    queryFn: ({ signal }) => api.get<CountFieldsReply>("/customer-counts", signal),
    select: ({ fields }) => fields,
  });
}

const wordsOf = (label: Readonly<Record<string, string>>, language: string) =>
  label[language] ?? Object.values(label)[0] ?? "";

/** What a field is called. */
export function useFieldName(): (field: CountField) => string {
  const t = useTexts();
  const { language } = useLanguage();
  return ({ field, label }) => {
    if (label) return wordsOf(label, language);
    return FIELDS.includes(field) ? t(`field-${field}` as Key) : field;
  };
}

const STEPS = ["0", "1", "2-4", "5-9", "10+"] as const;
const AGES = ["30", "90", "365", "older"] as const;
const WORDS = ["person", "company", "given", "withdrawn"] as const;

type Value = { value: string | null; name: string | null };

/** How a value of a field is said; null: that it is not known. */
export function useValueName(): (field: CountField, value: Value) => string {
  const t = useTexts();
  const shell = useShellTexts();
  const { language } = useLanguage();
  const month = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
  return ({ field, kind, choices }, { value, name }) => {
    const isMark = field === "group" || field === "tier" || field === "tag";
    if (value === null)
      return t(isMark ? "none" : field.startsWith("consent.") ? "never" : "not-known");
    if (name !== null) return name;
    if (isMark || field === "branch") return t("gone");
    if (value === "known" && !(kind === "text" || kind === "choice")) return t("known");
    if (field === "birthday" || kind === "date")
      return month.format(new Date(Date.UTC(2000, Number(value) - 1)));
    const spoken = GUEST_LANGUAGES.find((each) => each === value);
    if (field === "language" && spoken) return shell(`language-${spoken}`);
    const step = STEPS.find((each) => each === value);
    if (field === "visits" && step) return t(`visits-${step}`);
    const age = AGES.find((each) => each === value);
    if (field === "last-visit" && age) return t(`last-${age}`);
    if (kind === "yes-no") return t(value === "yes" ? "value-yes" : "value-no");
    const chosen = choices.find((choice) => choice.value === value);
    if (chosen) return wordsOf(chosen.label, language);
    const word = kind === null ? WORDS.find((each) => each === value) : undefined;
    return word ? t(`value-${word}`) : value;
  };
}
