import { ActionIcon, Button, Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { nameDay } from "./days.ts";
import type { Hours } from "./policy-fields.ts";
import { type InputsProps, Part } from "./policy-inputs.tsx";
import { useTexts } from "./texts.ts";

const DAYS = ["1", "2", "3", "4", "5", "6", "7"];
const HOURS_MAX = 20;
const FIRST_HOURS: Hours = { days: DAYS, from: "08:00", to: "22:00" };

/** At which hours of the week it can be had, and through which day. */
export function HoursInputs({ fields, set, faults }: InputsProps) {
  const t = useTexts();
  const { hours } = fields;
  const put = (index: number, change: Partial<Hours>) =>
    set({ hours: hours.map((each, at) => (at === index ? { ...each, ...change } : each)) });
  return (
    <Part title={t("when")} hint={t("hours-hint")}>
      <Stack gap="sm">
        {hours.map((each, index) => (
          <HoursRow
            key={index}
            hours={each}
            change={(change) => put(index, change)}
            remove={() => set({ hours: hours.filter((_, at) => at !== index) })}
            isFaulty={faults[`hours-${index}`] !== undefined}
          />
        ))}
        {hours.length < HOURS_MAX && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => set({ hours: [...hours, FIRST_HOURS] })}
            style={{ alignSelf: "flex-start" }}
          >
            {t("add-hours")}
          </Button>
        )}
        <DatePickerInput
          label={t("last-day")}
          description={t("last-day-hint")}
          placeholder={t("no-last-day")}
          value={fields.lastDay || null}
          onChange={(day) => set({ lastDay: day ?? "" })}
          valueFormat="D MMM YYYY"
          maxDate="2999-12-30"
          clearable
          w={{ base: "100%", xs: 240 }}
        />
      </Stack>
    </Part>
  );
}

type HoursRowProps = {
  hours: Hours;
  change: (change: Partial<Hours>) => void;
  remove: () => void;
  isFaulty: boolean;
};

function HoursRow({ hours, change, remove, isFaulty }: HoursRowProps) {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <Stack gap={6} role="group" aria-label={t("hours")}>
      <Chip.Group multiple value={hours.days} onChange={(days) => change({ days })}>
        <Group gap={6}>
          {DAYS.map((day) => (
            <Chip key={day} value={day} size="xs" radius="sm">
              {nameDay(language, Number(day))}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="sm" wrap="nowrap">
        <TextInput
          type="time"
          aria-label={t("from")}
          value={hours.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
          w={120}
        />
        <Text className="quiet">–</Text>
        <TextInput
          type="time"
          aria-label={t("to")}
          value={hours.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
          w={120}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={t("remove-hours")} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      {isFaulty && (
        <Text size="xs" c="red">
          {t("fault-hours")}
        </Text>
      )}
    </Stack>
  );
}
