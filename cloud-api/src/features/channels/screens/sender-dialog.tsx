import {
  Button,
  Divider,
  Group,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { formatMoment } from "../../../shell/format.ts";
import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { isSenderKind, KINDS, SENDER_KINDS, type SenderField, type SenderKind } from "../rules.ts";
import { type Sender, useSaveSender } from "./replies.ts";
import type { Opened } from "./sender-list.tsx";
import { type TextKey, useTexts } from "./texts.ts";

/** Adds a sender, or changes one. */
export function SenderDialog({ opened, close }: { opened: Opened; close: () => void }) {
  const t = useTexts();
  const sender = opened?.kind === "edit" ? opened.sender : null;
  return (
    <Dialog
      opened={opened?.kind === "add" || sender !== null}
      onClose={close}
      title={sender ? t("edit-name", { name: sender.name }) : t("add-sender")}
      size="lg"
    >
      {/* Mounted with the dialog, so that each opening begins with what is true now. */}
      <SenderForm sender={sender} close={close} />
    </Dialog>
  );
}

type Values = Record<string, string>;

const initialValues = (kind: SenderKind): Values =>
  Object.fromEntries(KINDS[kind].fields.map(({ name, initial = "" }) => [name, initial]));

const FIRST_KIND: SenderKind = "esms";

function SenderForm({ sender, close }: { sender: Sender | null; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const [kind, setKind] = useState<SenderKind>(sender?.kind ?? FIRST_KIND);
  const [name, setName] = useState(sender?.name ?? "");
  const [values, setValues] = useState<Values>(() => sender?.settings ?? initialValues(kind));
  const save = useSaveSender(sender?.id ?? null, close);
  const { fields } = KINDS[kind];
  const submit = () => {
    const filled = fields.filter((field) => (values[field.name] ?? "") !== "");
    const pick = (isSecret: boolean) =>
      Object.fromEntries(
        filled
          .filter(({ type }) => (type === "secret") === isSecret)
          .map((field) => [field.name, values[field.name] ?? ""]),
      );
    save.mutate({ name, kind, settings: pick(false), secrets: pick(true) });
  };
  const isInvalid = save.error instanceof ApiError && save.error.code === "invalid";
  return (
    <Form onSubmit={submit}>
      <Stack>
        <Select
          label={t("kind")}
          data={SENDER_KINDS.map((each) => ({ value: each, label: t(`kind-${each}`) }))}
          value={kind}
          onChange={(value) => {
            if (!value || !isSenderKind(value)) return;
            setKind(value);
            setValues(initialValues(value));
          }}
          disabled={sender !== null}
          allowDeselect={false}
        />
        <TextInput
          label={t("name")}
          description={t("name-hint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Divider />
        {fields.map((field) => (
          <FieldInput
            key={`${kind}-${field.name}`}
            field={field}
            value={values[field.name] ?? ""}
            setAt={sender?.secrets[field.name] ?? null}
            isWrong={isFieldAtFault(save.error, field.name)}
            change={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        <Refusal
          error={save.error}
          {...(isInvalid && save.error ? { sentence: save.error.message } : {})}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {sender ? shell("save") : t("add-sender")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

type FieldInputProps = {
  field: SenderField;
  value: string;
  /** When the secret was set; null: it was not, or this is none. */
  setAt: string | null;
  isWrong: boolean;
  change: (value: string) => void;
};

function FieldInput({ field, value, setAt, isWrong, change }: FieldInputProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const label = t(`field-${field.name}` as TextKey);
  const shared = {
    label,
    required: field.isRequired && setAt === null,
    withAsterisk: false,
    error: isWrong && t("field-at-fault"),
  };
  switch (field.type) {
    case "switch":
      return (
        <Switch
          label={label}
          checked={value === "on"}
          onChange={(event) => change(event.currentTarget.checked ? "on" : "off")}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          data={(field.choices ?? []).map((choice) => ({
            value: choice,
            label: t(`choice-${field.name}-${choice}` as TextKey),
          }))}
          value={value}
          onChange={(chosen) => chosen && change(chosen)}
          allowDeselect={false}
        />
      );
    case "secret":
      return (
        <PasswordInput
          {...shared}
          description={
            setAt === null
              ? t("secret-hint")
              : t("secret-set", { time: formatMoment(language, setAt, { now: new Date() }) })
          }
          placeholder={setAt === null ? "" : "••••••••"}
          value={value}
          onChange={(event) => change(event.currentTarget.value)}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ "aria-label": t("show-secret", { field: label }) }}
        />
      );
    case "long-text":
      return (
        <Textarea
          {...shared}
          description={
            <Text size="xs">
              {t(field.name === "body" ? "place-holders-body" : "place-holders")}
            </Text>
          }
          value={value}
          onChange={(event) => change(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={8}
        />
      );
    default:
      return (
        <TextInput
          {...shared}
          value={value}
          onChange={(event) => change(event.currentTarget.value)}
          inputMode={field.type === "number" ? "numeric" : field.type === "url" ? "url" : "text"}
        />
      );
  }
}
