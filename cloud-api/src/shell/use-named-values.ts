import { useQuery } from "@tanstack/react-query";
import { collectValues } from "./collect.ts";
import { useLanguage } from "./language.tsx";

/** What features call their values by; null where none of them has words for one, or not yet. */
export function useNamedValues(): (value: string) => string | null {
  const { language } = useLanguage();
  const { data } = useQuery({
    queryKey: ["named-values"],
    queryFn: collectValues,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (value) =>
    data?.find((named) => Object.hasOwn(named[language], value))?.[language][value] ?? null;
}
