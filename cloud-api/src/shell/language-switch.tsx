import { SegmentedControl } from "@mantine/core";
import { useShellTexts } from "./language.tsx";
import { isLanguage, type Language } from "./translate.ts";

type LanguageSwitchProps = { language: Language; choose: (language: Language) => void };

export function LanguageSwitch({ language, choose }: LanguageSwitchProps) {
  const t = useShellTexts();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("language")}
      value={language}
      onChange={(value) => isLanguage(value) && choose(value)}
      data={[
        { value: "vi", label: t("language-vi") },
        { value: "en", label: t("language-en") },
      ]}
    />
  );
}
