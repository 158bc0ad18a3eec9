import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useLanguage } from "./language.tsx";
import { useMay } from "./session.tsx";

type OwnField = { key: string; label: Readonly<Record<string, string>> };

/** What a field of the company's own is called, by its key (`own.likes`); null where it is none, or not yet. */
export function useOwnFieldName(): (key: string) => string | null {
  const { language } = useLanguage();
  const mayRead = useMay("customers.read");
  const { data } = useQuery({
    queryKey: ["customer-fields"],
    queryFn: ({ signal }) => api.get<{ fields: OwnField[] }>("/customer-fields", signal),
    enabled: mayRead,
    meta: { live: true },
  });
  const fields = data?.fields ?? [];
  return (key) => {
    const label = fields.find((field) => field.key === key)?.label ?? {};
    return label[language] ?? Object.values(label)[0] ?? null;
  };
}
