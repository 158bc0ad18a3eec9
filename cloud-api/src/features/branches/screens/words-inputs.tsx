import { SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { LocalText, Tongue } from "./details-fields.ts";

type WordsProps = {
  title: string;
  languages: readonly Tongue[];
  text: LocalText;
  set: (text: LocalText) => void;
  max: number;
  /** More than a line each, so they stand below each other. */
  isLong?: boolean;
};

/** One input a language of the branch, each named after it. */
export function Words({ title, languages, text, set, max, isLong = false }: WordsProps) {
  const { language } = useLanguage();
  const names = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  const inputs = languages.map((each) => {
    const common = {
      label: languages.length === 1 ? title : `${title} (${names.of(each)})`,
      value: text[each] ?? "",
      maxLength: max,
      lang: each,
      dir: "auto",
    } as const;
    const put = (words: string) => set({ ...text, [each]: words });
    return isLong ? (
      <Textarea
        key={each}
        {...common}
        onChange={({ currentTarget }) => put(currentTarget.value)}
        autosize
        minRows={3}
        maxRows={12}
      />
    ) : (
      <TextInput
        key={each}
        {...common}
        onChange={({ currentTarget }) => put(currentTarget.value)}
      />
    );
  });
  if (isLong) return <Stack gap="sm">{inputs}</Stack>;
  return (
    <SimpleGrid cols={{ base: 1, sm: Math.min(languages.length, 3) }} spacing="sm">
      {inputs}
    </SimpleGrid>
  );
}
