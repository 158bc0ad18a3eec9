import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { FIELDS, labelIn, nameValue } from "../rules.ts";
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

/** What a field is called. */
export function useFieldName(): (field: CountField) => string {
  const t = useTexts();
  const { language } = useLanguage();
  return ({ field, label }) => {
    if (label) return labelIn(label, language);
    return FIELDS.includes(field) ? t(`field-${field}` as Key) : field;
  };
}

/** How a value of a field is said. */
export function useValueName() {
  const t = useTexts();
  const shell = useShellTexts();
  const { language } = useLanguage();
  const nameLanguage = (code: string) => {
    const spoken = GUEST_LANGUAGES.find((each) => each === code);
    return spoken ? shell(`language-${spoken}`) : null;
  };
  return (field: CountField, value: { value: string | null; name: string | null }): string =>
    nameValue(field, value, { language, say: t, nameLanguage });
}
