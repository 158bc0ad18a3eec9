import type { LocalText } from "@foyer/contract";
import { SimpleGrid, TextInput } from "@mantine/core";
import { useLanguage } from "./language.tsx";
import { LANGUAGES, LOCALE } from "./translate.ts";

export type Words = LocalText;

type LocalInputsProps = {
  label: string;
  text: Words | undefined;
  set: (text: Words) => void;
  max?: number;
  /** What is wrong with them. */
  fault?: string | false;
  /** A dialog of theirs begins here. */
  isFirst?: boolean;
};

/** One input a language, each named after it. */
export function LocalInputs({
  label,
  text = {},
  set,
  max = 200,
  fault = false,
  isFirst = false,
}: LocalInputsProps) {
  const { language } = useLanguage();
  const names = new Intl.DisplayNames(LOCALE[language], { type: "language" });
  // The reader's own language first; Persian only where it is written already.
  const others = LANGUAGES.filter((each) => each !== language);
  const shown = [language, ...others, ...(text.fa === undefined ? [] : (["fa"] as const))];
  return (
    <SimpleGrid cols={{ base: 1, sm: shown.length }} spacing="sm">
      {shown.map((each) => (
        <TextInput
          key={each}
          label={`${label} (${names.of(each)})`}
          value={text[each] ?? ""}
          onChange={({ currentTarget }) => set({ ...text, [each]: currentTarget.value })}
          maxLength={max}
          error={fault}
          lang={each}
          dir="auto"
          data-autofocus={(isFirst && each === language) || undefined}
        />
      ))}
    </SimpleGrid>
  );
}
