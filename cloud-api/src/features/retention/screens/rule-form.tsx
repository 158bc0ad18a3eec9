import { Alert, Button, Group, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { type BranchDays, KEY, PATH, type Retention, type Rule } from "./replies.ts";
import { type TextKey, useTexts } from "./texts.ts";

type Days = number | null;
type Draft = { days: Days; lawDaysMin: Days; lawDaysMax: Days; lawNote: string };
type OwnDays = Readonly<Record<string, Days>>;

const NOTE_LENGTH_MAX = 500;
const LAW_DAYS_MAX = 36_500;

type RuleFormProps = { rule: Rule; branches: readonly BranchDays[]; close: () => void };

/** One kind: its days, what the law asks for, and the branches that keep it otherwise. */
export function RuleForm({ rule, branches, close }: RuleFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const format = useFormat();
  const [draft, setDraft] = useState<Draft>({ ...rule, lawNote: rule.lawNote ?? "" });
  const [own, setOwn] = useState<OwnDays>(() => readOwnDays(rule, branches));
  const save = useSave({ rule, branches, draft, own, close });
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const bounds = boundsOf(rule, draft);
  const isShorter = draft.days !== null && draft.days < rule.days;
  return (
    <Form onSubmit={() => save.mutate()}>
      <Stack gap="sm">
        <Text size="sm" className="quiet">
          {t(`${rule.kind}-hint` as TextKey)}
        </Text>
        <DaysInput
          label={t("keep-for-days")}
          description={t("days-bounds", {
            from: format.count(bounds.min),
            to: format.days(bounds.max),
            standard: format.days(rule.standard),
          })}
          value={draft.days}
          onChange={(days) => change({ days })}
          bounds={bounds}
          required
        />
        <Group grow align="flex-end">
          <DaysInput
            label={t("law-least-label")}
            value={draft.lawDaysMin}
            onChange={(lawDaysMin) => change({ lawDaysMin })}
            bounds={{ min: 1, max: LAW_DAYS_MAX }}
          />
          <DaysInput
            label={t("law-most-label")}
            value={draft.lawDaysMax}
            onChange={(lawDaysMax) => change({ lawDaysMax })}
            bounds={{ min: 1, max: LAW_DAYS_MAX }}
          />
        </Group>
        <TextInput
          label={t("law-note")}
          description={t("law-note-hint")}
          value={draft.lawNote}
          maxLength={NOTE_LENGTH_MAX}
          onChange={(event) => change({ lawNote: event.currentTarget.value })}
        />
        {rule.isOnBoxes && branches.length > 0 && (
          <OwnInputs branches={branches} own={own} change={setOwn} bounds={bounds} />
        )}
        {isShorter && draft.days !== null && (
          <Alert color="orange" variant="light" py="xs">
            {t("shorter", { days: format.days(draft.days) })}
          </Alert>
        )}
        <Refusal {...useRefusal(save.error)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} {...(isShorter ? { color: "red" } : {})}>
            {isShorter && draft.days !== null
              ? t("keep-shorter", { days: format.days(draft.days) })
              : shell("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** Days outside the bounds are said in the words of the form; what else was refused, as ever. */
function useRefusal(error: unknown): { error: unknown; sentence?: string } {
  const t = useTexts();
  const isOfDays = error instanceof ApiError && error.code === "invalid" && error.field !== null;
  return isOfDays ? { error, sentence: t("outside") } : { error };
}

type Bounds = { min: number; max: number };

/** The product's bounds, narrowed by those of the law. */
function boundsOf({ min, max }: Rule, { lawDaysMin, lawDaysMax }: Draft): Bounds {
  return { min: Math.max(min, lawDaysMin ?? min), max: Math.min(max, lawDaysMax ?? max) };
}

const readOwnDays = ({ kind }: Rule, branches: readonly BranchDays[]): OwnDays =>
  Object.fromEntries(
    branches.map(({ branchId, days }) => [
      branchId,
      days.find((each) => each.kind === kind)?.days ?? null,
    ]),
  );

type DaysInputProps = {
  label: string;
  description?: string;
  value: Days;
  onChange: (days: Days) => void;
  bounds: Bounds;
  placeholder?: string;
  required?: boolean;
};

function DaysInput({ value, onChange, bounds, ...props }: DaysInputProps) {
  const t = useTexts();
  const isOutside = value !== null && (value < bounds.min || value > bounds.max);
  return (
    <NumberInput
      {...props}
      value={value ?? ""}
      onChange={(given) => onChange(typeof given === "number" ? given : null)}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="none"
      error={isOutside && t("outside")}
    />
  );
}

type OwnInputsProps = {
  branches: readonly BranchDays[];
  own: OwnDays;
  change: (own: OwnDays) => void;
  bounds: Bounds;
};

function OwnInputs({ branches, own, change, bounds }: OwnInputsProps) {
  const t = useTexts();
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={600}>
          {t("own-days")}
        </Text>
        <Text size="xs" className="quiet">
          {t("own-days-hint")}
        </Text>
      </div>
      {branches.map(({ branchId, name }) => (
        <DaysInput
          key={branchId}
          label={name}
          placeholder={t("as-company")}
          value={own[branchId] ?? null}
          onChange={(days) => change({ ...own, [branchId]: days })}
          bounds={bounds}
        />
      ))}
    </Stack>
  );
}

type SaveProps = RuleFormProps & { draft: Draft; own: OwnDays };

function useSave({ rule, branches, draft, own, close }: SaveProps) {
  const queries = useQueryClient();
  const { kind } = rule;
  return useMutation({
    mutationFn: async () => {
      const saved = { ...draft, kind, days: draft.days ?? rule.days };
      const lawNote = saved.lawNote.trim() === "" ? null : saved.lawNote;
      const { days, lawDaysMin, lawDaysMax } = saved;
      const saveRule = () =>
        api.put<Retention>(PATH, { rules: [{ kind, days, lawDaysMin, lawDaysMax, lawNote }] });
      // What a law allows from now on is allowed before a branch makes use of it; what it no longer
      // does, a branch gives up first.
      const isLooser = (lawDaysMin ?? 0) <= (rule.lawDaysMin ?? 0) && lawDaysMax === null;
      if (isLooser) await saveRule();
      for (const branch of branches) await saveBranch(kind, branch, own[branch.branchId] ?? null);
      if (!isLooser) await saveRule();
    },
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

async function saveBranch(kind: Rule["kind"], branch: BranchDays, days: Days): Promise<void> {
  const before = branch.days.find((each) => each.kind === kind)?.days ?? null;
  if (before === days) return;
  const rest = branch.days.filter((each) => each.kind !== kind);
  const all = days === null ? rest : [...rest, { kind, days }];
  await api.put<Retention>(`${PATH}/branches/${branch.branchId}`, { days: all });
}
