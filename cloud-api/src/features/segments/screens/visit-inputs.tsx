import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useState } from "react";
import { BRANCH_KINDS } from "../../../shell/branch-kinds.ts";
import { useLanguage } from "../../../shell/language.tsx";
import { FORMS, SYSTEMS } from "../rules.ts";
import type { VisitFilter } from "../schema.ts";
import { Amount, Choice, Several } from "./choice.tsx";
import type { Choices } from "./replies.ts";
import { listDays } from "./sentences.ts";
import { useTexts } from "./texts.ts";
import { BranchInputs } from "./when-inputs.tsx";

/** Of none, of whichever. */
function readSome<Word extends string>(words: readonly Word[], chosen: readonly string[]) {
  const some = words.filter((word) => chosen.includes(word));
  return some.length > 0 ? some : undefined;
}

const SOURCES = ["any", "wifi", "passive"] as const;

type VisitInputsProps = {
  visits: VisitFilter;
  choices: Choices;
  choose: (visits: VisitFilter) => void;
};

/** Which visits are meant: folded away while every visit is. */
export function VisitInputs({ visits, choices, choose }: VisitInputsProps) {
  const t = useTexts();
  const { language } = useLanguage();
  const [isOpen, setOpen] = useState(Object.keys(visits).length > 0);
  if (!isOpen)
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        leftSection={<IconAdjustmentsHorizontal size={14} />}
        onClick={() => setOpen(true)}
      >
        {t("narrow")}
      </Button>
    );
  /** A part that says nothing is left out. */
  const set = (change: { [Key in keyof VisitFilter]: VisitFilter[Key] | undefined }) =>
    choose(
      Object.fromEntries(
        Object.entries({ ...visits, ...change }).filter(([, value]) => value !== undefined),
      ),
    );
  const { branchIds, brandIds, branchKinds, source, forms, systems } = visits;
  const { weekdays, hours, minutesMin, minutesMax } = visits;
  const offered = choices.branchKind.filter(
    ({ id, tellsApart }) => tellsApart || branchKinds?.some((kind) => kind === id),
  );
  const setHours = (change: { from?: string; to?: string }) => {
    const { from, to } = { from: "", to: "", ...hours, ...change };
    set({ hours: from === "" && to === "" ? undefined : { from, to } });
  };
  return (
    <Group gap="xs" w="100%">
      <BranchInputs
        branchIds={branchIds}
        choices={choices}
        choose={(chosen) => set({ branchIds: chosen })}
      />
      {(choices.brand.length > 1 || brandIds) && (
        <Several
          label={t("brands")}
          placeholder={t("any-brand")}
          values={brandIds ?? []}
          options={choices.brand.map(({ id, name }) => ({ value: id, label: name }))}
          choose={(chosen) => set({ brandIds: chosen.length > 0 ? chosen : undefined })}
        />
      )}
      {offered.length > 0 && (
        <Several
          label={t("branch-kinds")}
          placeholder={t("any-branch-kind")}
          values={branchKinds ?? []}
          options={offered.map(({ id, name }) => ({ value: id, label: name }))}
          choose={(chosen) => set({ branchKinds: readSome(BRANCH_KINDS, chosen) })}
        />
      )}
      <Choice
        label={t("source")}
        value={source ?? "any"}
        options={SOURCES.map((each) => ({ value: each, label: t(`source-${each}`) }))}
        choose={(chosen) => set({ source: chosen === "any" ? undefined : chosen })}
        width={170}
      />
      <Several
        label={t("forms")}
        placeholder={t("any-form")}
        values={forms ?? []}
        options={choices.form.map(({ id, name }) => ({ value: id, label: name }))}
        choose={(chosen) => set({ forms: readSome(FORMS, chosen) })}
      />
      <Several
        label={t("systems")}
        placeholder={t("any-system")}
        values={systems ?? []}
        options={choices.system.map(({ id, name }) => ({ value: id, label: name }))}
        choose={(chosen) => set({ systems: readSome(SYSTEMS, chosen) })}
      />
      <Several
        label={t("weekdays")}
        placeholder={t("any-weekday")}
        values={(weekdays ?? []).map(String)}
        options={listDays(language)}
        choose={(days) =>
          set({ weekdays: days.length > 0 ? days.map(Number).toSorted() : undefined })
        }
      />
      <Text size="sm">{t("arrived-from")}</Text>
      <TextInput
        type="time"
        size="sm"
        aria-label={t("from-clock")}
        value={hours?.from ?? ""}
        onChange={(event) => setHours({ from: event.currentTarget.value })}
        w={132}
      />
      <Text size="sm">{t("arrived-to")}</Text>
      <TextInput
        type="time"
        size="sm"
        aria-label={t("to-clock")}
        value={hours?.to ?? ""}
        onChange={(event) => setHours({ to: event.currentTarget.value })}
        w={132}
      />
      <Text size="sm">{t("stayed")}</Text>
      <Amount
        label={t("minutes")}
        value={minutesMin ?? 0}
        min={0}
        max={10_080}
        choose={(minutes) => set({ minutesMin: minutes > 0 ? minutes : undefined })}
      />
      <Text size="sm">{t("stayed-below")}</Text>
      <Amount
        label={t("minutes-max")}
        value={minutesMax ?? 0}
        min={0}
        max={10_080}
        choose={(minutes) => set({ minutesMax: minutes > 0 ? minutes : undefined })}
      />
      <Text size="sm">{t("minutes")}</Text>
    </Group>
  );
}
