import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "../../../shell/language.tsx";
import type { Language } from "../../../shell/translate.ts";
import type { Article } from "../rules.ts";

const LOAD: Record<Language, () => Promise<{ articles: Article[] }>> = {
  en: () => import("./articles-en.ts"),
  vi: () => import("./articles-vi.ts"),
};

/** The articles in the reader's language, which are fetched when the first is read. */
export function useArticles() {
  const { language } = useLanguage();
  return useQuery({
    queryKey: ["help-articles", language],
    queryFn: async () => (await LOAD[language]()).articles,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
