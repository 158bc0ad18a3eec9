import { Group, Text, Textarea, TextInput, UnstyledButton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef } from "react";
import { useLanguage } from "../../../shell/language.tsx";
import { LOCALE } from "../../../shell/translate.ts";
import type { FieldInput } from "./block-kinds.ts";
import { type Tongue, useEditor } from "./editor-context.ts";
import { FieldFrame } from "./field-frame.tsx";
import { useTexts } from "./texts.ts";
import { useTyped } from "./use-typed.ts";

const HOLES = ["name", "visit", "branch"] as const;
type LocalText = Partial<Record<Tongue, string>>;

type WordsFieldProps = {
  input: Extract<FieldInput, { as: "words" }>;
  label: string;
  id: string;
  value: LocalText | null | undefined;
  onChange: (value: LocalText | undefined) => void;
  readOnly: boolean;
};

/** Words in the language that is being written, with what is still missing in the others. */
export function WordsField({ input, label, id, value, onChange, readOnly }: WordsFieldProps) {
  const t = useTexts();
  const { language } = useEditor();
  const text = value ?? {};
  const put = (words: string) => {
    const { [language]: _old, ...others } = text;
    const next = words === "" ? others : { ...others, [language]: words };
    // Words that nobody needs are left out as a whole; where they are needed an empty one stands.
    onChange(Object.keys(next).length > 0 || input.isNeeded ? next : undefined);
  };
  return (
    <FieldFrame label={label} inputId={id} aside={<Tongues text={text} label={label} />}>
      <Written
        key={language}
        {...{ input, id, language, readOnly, put }}
        words={text[language] ?? ""}
        placeholder={findPlaceholder(text) ?? (input.isNeeded ? "" : t("words-unsaid"))}
      />
    </FieldFrame>
  );
}

/** What guests are shown meanwhile, where there is something. */
function findPlaceholder(text: LocalText): string | null {
  return Object.values(text).find((words) => words.trim() !== "") ?? null;
}

type WrittenProps = {
  input: WordsFieldProps["input"];
  id: string;
  language: Tongue;
  words: string;
  placeholder: string;
  readOnly: boolean;
  put: (words: string) => void;
};

function Written({ input, id, language, words, placeholder, readOnly, put }: WrittenProps) {
  const t = useTexts();
  const [typed, type] = useTyped(words, put);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const fill = (hole: string) => {
    const { selectionStart, selectionEnd } = field.current ?? {};
    const from = selectionStart ?? typed.length;
    const before = typed.slice(0, from);
    const after = typed.slice(selectionEnd ?? from);
    const next = `${before}{${hole}}${after}`;
    if (next.length > input.max) return;
    type(next);
    const caret = from + hole.length + 2;
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(caret, caret);
    });
  };
  const common = {
    ...{ id, lang: language, placeholder, readOnly, ref: field },
    // `dir` itself would go around the input, which has no words of its own to go by.
    attributes: { input: { dir: "auto" } },
    value: typed,
    maxLength: input.max,
    onChange: (event: { currentTarget: { value: string } }) => type(event.currentTarget.value),
  };
  return (
    <>
      {input.isLong ? (
        <Textarea {...common} autosize minRows={3} maxRows={10} />
      ) : (
        <TextInput {...common} />
      )}
      {input.fills && !readOnly && (
        <Group gap={4} mt={6}>
          {HOLES.map((hole) => (
            <UnstyledButton
              key={hole}
              className="page-hole"
              // The caret stays where it is.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => fill(hole)}
              aria-label={t("insert", { what: t(`hole-${hole}`) })}
            >
              <IconPlus size={11} aria-hidden />
              {t(`hole-${hole}`)}
            </UnstyledButton>
          ))}
        </Group>
      )}
    </>
  );
}

/** One tab a language; a dot where it has no words yet. */
function Tongues({ text, label }: { text: LocalText; label: string }) {
  const t = useTexts();
  const { languages, language, setLanguage } = useEditor();
  const { language: readers } = useLanguage();
  const names = new Intl.DisplayNames(LOCALE[readers], { type: "language" });
  if (languages.length < 2) return null;
  return (
    <Group gap={2} role="group" aria-label={t("language-of", { field: label })} wrap="nowrap">
      {languages.map((each) => {
        const isEmpty = (text[each] ?? "").trim() === "";
        const name = names.of(each) ?? each;
        return (
          <UnstyledButton
            key={each}
            className="page-tongue"
            aria-pressed={each === language}
            aria-label={isEmpty ? t("tongue-empty", { language: name }) : name}
            title={name}
            onClick={() => setLanguage(each)}
          >
            <Text span inherit>
              {each.toUpperCase()}
            </Text>
            {isEmpty && <span className="page-dot" aria-hidden />}
          </UnstyledButton>
        );
      })}
    </Group>
  );
}
