import { ActionIcon, Button, Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useLanguage, useShellTexts } from "./language.tsx";
import { EVERY_DAY, FIRST_HOURS, type HoursFields, nameDay } from "./weekly-hours.ts";

type WeeklyHoursInputProps = {
  hours: readonly HoursFields[];
  set: (hours: HoursFields[]) => void;
  /** How many stretches there may be. */
  max: number;
  isFaulty: (hours: HoursFields, index: number) => boolean;
};

/** Hours of the week: any number of stretches, each on days of its own. */
export function WeeklyHoursInput({ hours, set, max, isFaulty }: WeeklyHoursInputProps) {
  const t = useShellTexts();
  const put = (index: number, change: Partial<HoursFields>) =>
    set(hours.map((each, at) => (at === index ? { ...each, ...change } : each)));
  return (
    <Stack gap="sm">
      {hours.map((each, index) => (
        <HoursRow
          key={index}
          hours={each}
          change={(change) => put(index, change)}
          remove={() => set(hours.filter((_, at) => at !== index))}
          isFaulty={isFaulty(each, index)}
        />
      ))}
      {hours.length < max && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => set([...hours, FIRST_HOURS])}
          style={{ alignSelf: "flex-start" }}
        >
          {t("hours-add")}
        </Button>
      )}
    </Stack>
  );
}

type HoursRowProps = {
  hours: HoursFields;
  change: (change: Partial<HoursFields>) => void;
  remove: () => void;
  isFaulty: boolean;
};

function HoursRow({ hours, change, remove, isFaulty }: HoursRowProps) {
  const t = useShellTexts();
  const { language } = useLanguage();
  return (
    <Stack gap={6} role="group" aria-label={t("hours-of-week")}>
      <Chip.Group multiple value={hours.days} onChange={(days) => change({ days })}>
        <Group gap={6}>
          {EVERY_DAY.map((day) => (
            <Chip key={day} value={day} size="xs" radius="sm">
              {nameDay(language, Number(day))}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <Group gap="sm" wrap="nowrap">
        <TextInput
          type="time"
          aria-label={t("hours-from")}
          value={hours.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
          w={120}
        />
        <Text className="quiet">–</Text>
        <TextInput
          type="time"
          aria-label={t("hours-to")}
          value={hours.to}
          onChange={(event) => change({ to: event.currentTarget.value })}
          w={120}
        />
        <ActionIcon variant="subtle" color="gray" aria-label={t("hours-remove")} onClick={remove}>
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      {isFaulty && (
        <Text size="xs" c="red">
          {t("hours-fault")}
        </Text>
      )}
    </Stack>
  );
}
