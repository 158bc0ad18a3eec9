import { useQuery } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useLanguage } from "../../../shell/language.tsx";
import type { OwnFieldsReply } from "../schema.ts";

/** The fields of the company's own, archived ones too. */
export function useOwnFields() {
  return useQuery({
    queryKey: ["customer-fields"],
    queryFn: ({ signal }) => api.get<OwnFieldsReply>("/customer-fields", signal),
    select: ({ fields }) => fields,
    meta: { live: true },
  });
}

/** The words of a label in the reader's language, or in whichever it has. */
export function useLabel(): (label: Readonly<Record<string, string>>) => string {
  const { language } = useLanguage();
  return (label) => label[language] ?? Object.values(label)[0] ?? "";
}
