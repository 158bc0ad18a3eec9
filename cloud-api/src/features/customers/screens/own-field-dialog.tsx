import { Button, Checkbox, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";

import { useLanguage, useShellTexts } from "../../../shell/language.tsx";
import { LocalInputs, type Words } from "../../../shell/local-inputs.tsx";
import type { OwnField } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLabel } from "./use-own-fields.ts";

const KINDS = [
  ...(["text", "number", "date", "yes-no", "choice", "choices"] as const),
  ...(["phone", "email", "link"] as const),
];
type Kind = (typeof KINDS)[number];
/** What customers can be found by. */
const SEARCHABLE = ["text", "number", "phone", "email"] as const;
const LABEL_CHARACTERS_MAX = 80;

type OwnFieldDialogProps = { opened: { field: OwnField | null } | null; close: () => void };

/** Makes a field of the company's own, or changes one: its key and its kind stay. */
export function OwnFieldDialog({ opened, close }: OwnFieldDialogProps) {
  const t = useTexts();
  const say = useLabel();
  const field = opened?.field ?? null;
  const title = field ? t("change-field", { name: say(field.label) }) : t("add-field");
  return (
    <Dialog opened={opened !== null} onClose={close} title={title}>
      {opened && <OwnFieldForm field={field} close={close} />}
    </Dialog>
  );
}

function OwnFieldForm({ field, close }: { field: OwnField | null; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const { language } = useLanguage();
  const [labels, setLabels] = useState<Words>(field?.label ?? {});
  const [kind, setKind] = useState<Kind>(field?.kind ?? "text");
  const [choices, setChoices] = useState(
    (field?.choices ?? [])
      .map(({ label }) => label[language] ?? Object.values(label)[0])
      .join("\n"),
  );
  const [chosenSearchable, setSearchable] = useState(field?.searchable ?? null);
  const [openToCustomers, setOpen] = useState(field?.openToCustomers ?? false);
  const isChoice = kind === "choice" || kind === "choices";
  const maySearch = SEARCHABLE.some((each) => each === kind);
  const searchable = maySearch && (chosenSearchable ?? (kind === "text" || kind === "phone"));
  const send = useMutation({
    mutationFn: (change: { archived?: boolean }) => {
      if (field && change.archived !== undefined)
        return api.patch(`/customer-fields/${field.key}`, change);
      const label = Object.fromEntries(Object.entries(labels).filter(([, words]) => words.trim()));
      const listed = isChoice ? { choices: readChoices(choices, field, language) } : {};
      const uses = { searchable, openToCustomers };
      return field
        ? api.patch(`/customer-fields/${field.key}`, { label, ...listed, ...uses })
        : api.post("/customer-fields", { label, kind, ...listed, ...uses });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer-fields"] });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate({});
  };
  const isTaken = send.error instanceof ApiError && send.error.code === "conflict";
  const atLabel = isFieldAtFault(send.error, "label");
  const atChoices = isFieldAtFault(send.error, "choices");
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <LocalInputs
          label={t("name")}
          text={labels}
          set={setLabels}
          max={LABEL_CHARACTERS_MAX}
          fault={atLabel && t(isTaken ? "field-name-taken" : "field-name-wrong")}
        />
        {field ? (
          <Text size="sm" className="quiet">
            {t("field-stays", { kind: t(`kind-${field.kind}`), key: field.key })}
          </Text>
        ) : (
          <Select
            label={t("field-kind")}
            data={KINDS.map((value) => ({ value, label: t(`kind-${value}`) }))}
            value={kind}
            onChange={(value) => setKind(KINDS.find((each) => each === value) ?? "text")}
            allowDeselect={false}
          />
        )}
        {isChoice && (
          <Textarea
            label={t("choices")}
            description={t("choices-hint")}
            value={choices}
            error={atChoices && t("choices-wrong")}
            onChange={(event) => setChoices(event.currentTarget.value)}
            autosize
            minRows={3}
            maxRows={10}
          />
        )}
        {maySearch && (
          <Checkbox
            label={t("field-searchable")}
            description={t("field-searchable-hint")}
            checked={searchable}
            onChange={(event) => setSearchable(event.currentTarget.checked)}
          />
        )}
        <Checkbox
          label={t("field-open")}
          description={t("field-open-hint")}
          checked={openToCustomers}
          onChange={(event) => setOpen(event.currentTarget.checked)}
        />
        <Refusal error={atLabel || atChoices ? null : send.error} />
        <Group justify="space-between">
          {field ? (
            <Button
              variant="subtle"
              color="gray"
              onClick={() => send.mutate({ archived: field.archivedAt === null })}
            >
              {t(field.archivedAt ? "take-back-field" : "archive-field")}
            </Button>
          ) : (
            <span />
          )}
          <Group gap="sm">
            <Button variant="default" onClick={close}>
              {shell("cancel")}
            </Button>
            <Button
              type="submit"
              loading={send.isPending}
              disabled={!Object.values(labels).some((words) => words.trim())}
            >
              {t(field ? "save" : "add-field")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** A line each; one that was there keeps its value and its words in other languages. */
function readChoices(text: string, field: OwnField | null, language: string) {
  const lines = [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  return lines.map((line) => {
    const before = field?.choices.find(
      ({ value, label }) => value === line || Object.values(label).includes(line),
    );
    return {
      value: before?.value ?? line,
      label: { ...before?.label, [language]: line },
    };
  });
}
