import { Button, Group, Menu, Select, SimpleGrid, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { useMayChange } from "../../../shell/session.tsx";
import type { BranchDocument } from "../schema.ts";
import { DetailsField } from "./details-field.tsx";
import {
  type DetailsForm,
  FIELDS_MAX,
  type FieldForm,
  listFieldFaults,
  OWN_KINDS,
  readDetails,
  startField,
  USUAL,
  writeDetails,
} from "./details-fields.ts";
import { useTexts } from "./texts.ts";

const CONFLICTS_MAX = 3;
const NEWCOMERS = ["all", "one", "none"] as const;
const RETURNING = ["one", "none"] as const;

type DetailsSectionProps = { branchId: string; document: BranchDocument };

/** What guests are asked about themselves, in which order, and when. */
export function DetailsSection({ branchId, document }: DetailsSectionProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const mayChange = useMayChange();
  const { languages } = document.branch;
  const [changed, setChanged] = useState<DetailsForm | null>(null);
  const [isTried, setTried] = useState(false);
  const form = changed ?? readDetails(document.signIn.details);
  const stop = () => {
    setChanged(null);
    setTried(false);
  };
  const save = useSaveDetails(branchId, stop);
  const faults = listFieldFaults(form, languages);
  const set = (change: Partial<DetailsForm>) => setChanged({ ...form, ...change });
  const put = (index: number, field: FieldForm) => set({ fields: form.fields.with(index, field) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length === 0) save.mutate(writeDetails(form, languages));
  };
  return (
    <Section title={t("details")} hint={t("details-hint")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <Select
              label={t("newcomers")}
              data={NEWCOMERS.map((value) => ({ value, label: t(`newcomers-${value}`) }))}
              value={form.newcomers}
              onChange={(value) =>
                set({ newcomers: NEWCOMERS.find((each) => each === value) ?? "all" })
              }
              allowDeselect={false}
            />
            <Select
              label={t("returning")}
              data={RETURNING.map((value) => ({ value, label: t(`returning-${value}`) }))}
              value={form.returning}
              onChange={(value) =>
                set({ returning: RETURNING.find((each) => each === value) ?? "none" })
              }
              allowDeselect={false}
            />
          </SimpleGrid>
          {form.fields.length === 0 && (
            <Empty title={t("no-details")} hint={t("no-details-hint")} />
          )}
          {form.fields.map((field, index) => (
            <DetailsField
              key={field.key ?? `new-${index}`}
              field={field}
              languages={languages}
              fault={isTried ? (faults[index] ?? null) : null}
              change={(next) => put(index, next)}
              remove={() => set({ fields: form.fields.toSpliced(index, 1) })}
              moveUp={index === 0 ? null : () => set({ fields: swap(form.fields, index) })}
            />
          ))}
          <Refusal error={save.error} {...sayInvalid(save.error, t)} />
          {mayChange && (
            <Group justify="space-between">
              <AddField form={form} add={(field) => set({ fields: [...form.fields, field] })} />
              {changed && (
                <Group gap="sm">
                  <Button variant="default" onClick={stop}>
                    {shell("cancel")}
                  </Button>
                  <Button type="submit" loading={save.isPending}>
                    {shell("save")}
                  </Button>
                </Group>
              )}
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

function swap(fields: readonly FieldForm[], index: number): FieldForm[] {
  const [above, field] = [fields[index - 1], fields[index]];
  if (!above || !field) return [...fields];
  return fields.with(index - 1, field).with(index, above);
}

type AddFieldProps = { form: DetailsForm; add: (field: FieldForm) => void };

/** The usual fields once each, own ones as often as one likes. */
function AddField({ form, add }: AddFieldProps) {
  const t = useTexts();
  const usual = USUAL.filter((kind) => !form.fields.some((field) => field.kind === kind));
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={form.fields.length >= FIELDS_MAX}
        >
          {t("add-field")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {usual.map((kind) => (
          <Menu.Item key={kind} onClick={() => add(startField(kind))}>
            {t(`field-${kind}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t("own-field")}</Menu.Label>
        {OWN_KINDS.map((kind) => (
          <Menu.Item key={kind} onClick={() => add(startField(kind))}>
            {t(`field-${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function sayInvalid(error: unknown, t: ReturnType<typeof useTexts>): { sentence?: string } {
  if (!(error instanceof ApiError) || error.code !== "invalid") return {};
  return { sentence: t("settings-invalid", { reason: error.message }) };
}

/** Changes the newest document, not the one that was on screen: the rest may have moved on. */
function useSaveDetails(branchId: string, done: () => void) {
  const queries = useQueryClient();
  const path = `/branches/${branchId}/settings`;
  return useMutation({
    mutationFn: async (details: ReturnType<typeof writeDetails>) => {
      const document = await api.get<BranchDocument>(path);
      await api.put(path, { ...document, signIn: { ...document.signIn, details } });
    },
    // Saved by somebody else between the two: the change is made to what they saved.
    retry: (failures, error) =>
      failures < CONFLICTS_MAX && error instanceof ApiError && error.code === "conflict",
    retryDelay: 0,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["branch-settings", branchId] });
      done();
    },
  });
}
