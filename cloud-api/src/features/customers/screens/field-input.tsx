import { MultiSelect, Select, Textarea, TextInput } from "@mantine/core";
import { useShellTexts } from "../../../shell/language.tsx";
import { GUEST_LANGUAGES } from "../../../shell/translate.ts";
import { BirthdayInput } from "./birthday-input.tsx";
import { PlaceInput } from "./place-input.tsx";
import type { OwnField } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLabel } from "./use-own-fields.ts";

export type FieldInputProps = {
  label: string;
  value: string;
  error: string | false;
  onChange: (value: string) => void;
};

/** A field of the company's own, by its kind. */
export function OwnFieldInput({ field, ...input }: FieldInputProps & { field: OwnField }) {
  const t = useTexts();
  const say = useLabel();
  const choices = field.choices.map((choice) => ({
    value: choice.value,
    label: say(choice.label),
  }));
  const { label, value, error, onChange } = input;
  const chosen = { label, error, clearable: true };
  switch (field.kind) {
    case "yes-no":
      return (
        <Select
          {...chosen}
          data={[
            { value: "yes", label: t("yes") },
            { value: "no", label: t("no") },
          ]}
          value={value || null}
          onChange={(next) => onChange(next ?? "")}
        />
      );
    case "choice":
      return (
        <Select
          {...chosen}
          data={choices}
          value={value || null}
          onChange={(next) => onChange(next ?? "")}
        />
      );
    case "choices":
      return (
        <MultiSelect
          {...chosen}
          data={choices}
          value={value ? value.split("\n") : []}
          onChange={(next) => onChange(next.join("\n"))}
        />
      );
    default:
      return <TypedInput {...input} kind={field.kind} />;
  }
}

const INPUT_TYPES = {
  ...{ text: "text", number: "text", date: "date", phone: "tel", email: "email", link: "url" },
} as const;

export function TypedInput({
  kind,
  label,
  value,
  error,
  onChange,
}: FieldInputProps & { kind: keyof typeof INPUT_TYPES }) {
  return (
    <TextInput
      type={INPUT_TYPES[kind]}
      label={label}
      value={value}
      error={error}
      {...(kind === "number" ? { inputMode: "decimal" } : {})}
      {...(kind === "link" ? { placeholder: "https://" } : {})}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
    />
  );
}

/** A field that every customer has. */
export function BuiltInInput({ field, ...input }: FieldInputProps & { field: string }) {
  const shell = useShellTexts();
  const { label, value, error, onChange } = input;
  switch (field) {
    case "birthday":
      return <BirthdayInput {...input} />;
    case "language":
      return (
        <Select
          label={label}
          error={error}
          clearable
          data={GUEST_LANGUAGES.map((each) => ({ value: each, label: shell(`language-${each}`) }))}
          value={value || null}
          onChange={(next) => onChange(next ?? "")}
        />
      );
    case "address":
      return (
        <Textarea
          label={label}
          error={error}
          value={value}
          autosize
          minRows={1}
          maxRows={4}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "place":
      return <PlaceInput {...input} />;
    case "phone":
    case "email":
      return <TypedInput {...input} kind={field} />;
    default:
      return <TypedInput {...input} kind="text" />;
  }
}
