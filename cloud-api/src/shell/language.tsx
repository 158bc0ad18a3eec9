import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import en from "./locales/en.json";
import vi from "./locales/vi.json";
import {
  chooseLanguage,
  isLanguage,
  type Language,
  type Text,
  translate,
  type Values,
} from "./translate.ts";

const STORED_AS = "foyer-language";

type LanguageChoice = { language: Language; chooseLanguage: (language: Language) => void };

const LanguageContext = createContext<LanguageChoice>({
  language: "en",
  chooseLanguage: () => {},
});

/** The language of the app: the person's last choice on this browser, else what the browser asks for. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(findFirstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      chooseLanguage: (chosen: Language) => {
        localStorage.setItem(STORED_AS, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}

function findFirstLanguage(): Language {
  const stored = localStorage.getItem(STORED_AS);
  return isLanguage(stored) ? stored : chooseLanguage(navigator.languages);
}

export function useLanguage(): LanguageChoice {
  return useContext(LanguageContext);
}

export type Translate<Key> = (key: Key, values?: Values) => string;

/**
 * A feature's texts as a hook. English names the keys; a key missing in Vietnamese does not compile.
 * The hook gives `t("key", { name: value })`.
 */
export function textsOf<Key extends string>(texts: {
  en: Record<Key, Text>;
  vi: Record<NoInfer<Key>, Text>;
}): () => Translate<Key> {
  return () => {
    const { language } = useLanguage();
    return useMemo(
      () => (key: Key, values?: Values) => translate(language, texts[language][key], values),
      [language],
    );
  };
}

/** The shell's own texts: words every screen shares. */
export const useShellTexts = textsOf({ en, vi });
export type ShellTextKey = keyof typeof en;
