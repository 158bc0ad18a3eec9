import { NativeSelect, TextInput } from "@mantine/core";
import type { PageContent } from "../schema.ts";
import { FieldFrame } from "./field-frame.tsx";
import { useTexts } from "./texts.ts";
import { useTyped } from "./use-typed.ts";

const NAME_CHARACTERS_MAX = 100;
const GREETS = ["each-visit", "once-a-day", "when-due", "never"] as const;

type FieldProps<Value> = {
  id: string;
  value: Value;
  onChange: (value: Value) => void;
  readOnly: boolean;
};

/** What staff call the page; guests never see it. */
export function NameField({ id, value, onChange, readOnly }: FieldProps<string>) {
  const t = useTexts();
  const [typed, type] = useTyped(value ?? "", onChange);
  return (
    <FieldFrame label={t("page-name")} inputId={id} hint={t("page-name-hint")}>
      <TextInput
        id={id}
        value={typed}
        maxLength={NAME_CHARACTERS_MAX}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        readOnly={readOnly}
      />
    </FieldFrame>
  );
}

export function GreetField({ id, value, onChange, readOnly }: FieldProps<PageContent["greet"]>) {
  const t = useTexts();
  return (
    <FieldFrame label={t("greet")} inputId={id} hint={t("greet-hint")}>
      <NativeSelect
        id={id}
        value={value ?? ""}
        disabled={readOnly}
        onChange={({ currentTarget }) =>
          onChange(GREETS.find((each) => each === currentTarget.value))
        }
        data={[
          { value: "", label: t("as-branch") },
          ...GREETS.map((each) => ({ value: each, label: t(`greet-${each}`) })),
        ]}
      />
    </FieldFrame>
  );
}

/** Where guests are sent after access: absent as the branch says, null nowhere. */
export function LandingField({
  id,
  value,
  onChange,
  readOnly,
}: FieldProps<PageContent["landingUrl"]>) {
  const t = useTexts();
  const [typed, type] = useTyped(value ?? "", (url) => onChange(url === "" ? undefined : url));
  return (
    <FieldFrame label={t("landing")} inputId={id} hint={t("landing-hint")}>
      <TextInput
        id={id}
        type="url"
        dir="ltr"
        placeholder="https://"
        value={typed}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        onBlur={() => {
          if (typed !== "" && !/^[a-z]+:/i.test(typed)) type(`https://${typed}`);
        }}
        readOnly={readOnly}
      />
    </FieldFrame>
  );
}
