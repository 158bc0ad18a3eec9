import { Button, Group, NumberInput, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../../../shell/api.ts";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { useNow } from "../../../shell/clock.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { readDay } from "../../../shell/format.ts";
import { useShellTexts } from "../../../shell/language.tsx";
import { BATCH_CODES_MAX, DEVICES_MAX, MINUTES_MAX } from "../rules.ts";
import type { Batch, NewBatch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type BatchFormProps = { isOpen: boolean; close: () => void; branchId: string | null };

/** A new batch: how many codes, for whom, for how long. */
export function BatchForm({ isOpen, close, branchId }: BatchFormProps) {
  const t = useTexts();
  const [first] = useBranchChoices();
  const chosen = branchId ?? first?.id;
  return (
    <Dialog opened={isOpen && chosen !== undefined} onClose={close} title={t("make-codes")}>
      {/* Mounted with the dialog, so that each opening begins with what is true now. */}
      {chosen !== undefined && <Fields close={close} branchId={chosen} />}
    </Dialog>
  );
}

function Fields({ close, branchId }: { close: () => void; branchId: string }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [fields, setFields] = useState<NewBatch>(() => ({ ...FIRST_FIELDS, branchId }));
  const save = useMutation({
    mutationFn: () =>
      api.post<Batch>("/access-code-batches", { ...fields, name: fields.name.trim() }),
    onSuccess: async (batch) => {
      await queries.invalidateQueries({ queryKey: ["access-code-batches"] });
      navigate(`/access-codes/${batch.id}`);
    },
  });
  const set = (change: Partial<NewBatch>) => setFields({ ...fields, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const isFull = isFieldAtFault(save.error, "count");
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("batch-name")}
          description={t("batch-name-hint")}
          placeholder={t("batch-name-example")}
          value={fields.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          maxLength={100}
          required
          withAsterisk={false}
          data-autofocus
        />
        <Numbers fields={fields} set={set} />
        <Place fields={fields} set={set} error={save.error} />
        <PolicyChoice fields={fields} set={set} />
        <Refusal error={save.error} {...(isFull ? { sentence: t("branch-full") } : {})} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={fields.name.trim() === ""}>
            {t("make-count", { count: fields.count })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type PartProps = { fields: NewBatch; set: (change: Partial<NewBatch>) => void };

function Numbers({ fields, set }: PartProps) {
  const t = useTexts();
  const numbers = [
    { key: "count", max: BATCH_CODES_MAX, label: t("code-count") },
    { key: "devicesMax", max: DEVICES_MAX, label: t("devices-each") },
    { key: "minutes", max: MINUTES_MAX, label: t("minutes-each") },
  ] as const;
  return (
    <Group grow align="flex-end" gap="sm">
      {numbers.map(({ key, max, label }) => (
        <NumberInput
          key={key}
          name={key}
          label={label}
          value={fields[key]}
          onChange={(value) => typeof value === "number" && set({ [key]: value })}
          min={1}
          max={max}
          clampBehavior="strict"
          allowDecimal={false}
          allowNegative={false}
        />
      ))}
    </Group>
  );
}

function Place({ fields, set, error }: PartProps & { error: unknown }) {
  const t = useTexts();
  const branches = useBranchChoices();
  const today = readDay(useNow(), useZoneOf()(fields.branchId));
  return (
    <>
      {branches.length > 1 && (
        <Select
          label={t("branch")}
          data={branches.map(({ id, name }) => ({ value: id, label: name }))}
          value={fields.branchId}
          onChange={(branchId) => branchId && set({ branchId, policyId: null })}
          allowDeselect={false}
          searchable={branches.length > 8}
        />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" style={{ alignItems: "end" }}>
        <DatePickerInput
          label={t("first-day")}
          description={t("first-day-hint")}
          placeholder={t("at-once")}
          leftSection={<IconCalendar size={16} />}
          value={fields.firstDay ?? null}
          onChange={(firstDay) => set({ firstDay })}
          error={isFieldAtFault(error, "firstDay") && t("first-day-late")}
          valueFormat="D MMM YYYY"
          minDate={today}
          {...(fields.lastDay === null ? {} : { maxDate: fields.lastDay })}
          clearable
        />
        <DatePickerInput
          label={t("last-day")}
          description={t("last-day-hint")}
          placeholder={t("no-end")}
          leftSection={<IconCalendar size={16} />}
          value={fields.lastDay}
          onChange={(lastDay) => set({ lastDay })}
          error={isFieldAtFault(error, "lastDay") && t("last-day-over")}
          valueFormat="D MMM YYYY"
          minDate={fields.firstDay ?? today}
          clearable
        />
      </SimpleGrid>
    </>
  );
}

/** The branch's policies, whichever way in each is for: a code may name any of them. */
function PolicyChoice({ fields, set }: PartProps) {
  const t = useTexts();
  const { branchId, policyId = null } = fields;
  const { data } = useQuery({
    queryKey: ["access-code-policies", branchId],
    queryFn: ({ signal }) => api.get<Policies>(`/branches/${branchId}/access-policies`, signal),
  });
  const named = data?.policies.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <Select
      label={t("policy")}
      description={t("policy-hint")}
      data={[{ value: "", label: t("policy-first") }, ...named]}
      value={policyId ?? ""}
      onChange={(chosen) => set({ policyId: chosen || null })}
      allowDeselect={false}
    />
  );
}

type Policies = { policies: { id: string; name: string }[] };

const FIRST_FIELDS = {
  name: "",
  count: 20,
  devicesMax: 1,
  minutes: 60,
  firstDay: null,
  lastDay: null,
};
