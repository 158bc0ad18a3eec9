import type { LocalText } from "@foyer/contract";
import { SimpleGrid, TextInput } from "@mantine/core";
import { useBranchChoices } from "./branches.ts";
import { useLanguage } from "./language.tsx";
import { GUEST_LANGUAGES, LANGUAGES, LOCALE } from "./translate.ts";

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

/** One input for each language that is written, each named after it. */
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
  const shown = useWritten(text);
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
          dir={each === "fa" ? "rtl" : "auto"}
          data-autofocus={(isFirst && each === language) || undefined}
        />
      ))}
    </SimpleGrid>
  );
}

/** The reader's own language first, then the staff's, what a branch speaks and what is written. */
function useWritten(text: Words): (keyof Words)[] {
  const { language } = useLanguage();
  const spoken = useBranchChoices().flatMap(({ languages }) => languages);
  const offered: (keyof Words)[] = [...LANGUAGES, ...spoken];
  const others = GUEST_LANGUAGES.filter(
    (each) => each !== language && (offered.includes(each) || text[each] !== undefined),
  );
  return [language, ...others];
}
