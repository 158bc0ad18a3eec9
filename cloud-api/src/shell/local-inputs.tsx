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

/**
 * What a text for guests is written in, the reader's own language first: those of the staff app, and
 * any other that a branch's guests are spoken to in, or that the text has already.
 */
function useGuestLanguages(text: Words): readonly (keyof Words)[] {
  const { language } = useLanguage();
  const spoken = useBranchChoices().flatMap(({ languages }) => languages);
  const known = new Set<keyof Words>([language, ...LANGUAGES]);
  const others = GUEST_LANGUAGES.filter((each) => !known.has(each));
  return [...known, ...others.filter((each) => spoken.includes(each) || text[each] !== undefined)];
}

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
  const shown = useGuestLanguages(text);
  return (
    <SimpleGrid
      cols={{ base: 1, sm: shown.length }}
      spacing="sm"
      // A name that needs two lines must not push its input below the others.
      style={{ alignItems: "end" }}
    >
      {shown.map((each) => (
        <TextInput
          key={each}
          label={`${label} (${names.of(each)})`}
          value={text[each] ?? ""}
          onChange={({ currentTarget }) => set({ ...text, [each]: currentTarget.value })}
          maxLength={max}
          error={fault}
          lang={each}
          // `dir` itself would go around the input and its name, which staff read.
          attributes={{ input: { dir: each === "fa" ? "rtl" : "auto" } }}
          data-autofocus={(isFirst && each === language) || undefined}
        />
      ))}
    </SimpleGrid>
  );
}
