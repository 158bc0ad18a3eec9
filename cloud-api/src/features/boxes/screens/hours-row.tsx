import { ActionIcon, Chip, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import { type Language, LOCALE } from "../../../shell/translate.ts";
import { useTexts } from "./texts.ts";
import type { HoursFields } from "./watch-fields.ts";

/** 2024-01-01 was a Monday, which ISO 8601 calls day 1. */
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const DAYS = [1, 2, 3, 4, 5, 6, 7];

function nameDay(language: Language, day: number): string {
  const format = new Intl.DateTimeFormat(LOCALE[language], { weekday: "short", timeZone: "UTC" });
  return format.format(new Date(A_MONDAY + (day - 1) * DAY_MS));
}

type HoursRowProps = {
  hours: HoursFields;
  change: (change: Partial<HoursFields>) => void;
  remove: () => void;
};

/** One stretch of a week in which the branch is open. */
export function HoursRow({ hours, change, remove }: HoursRowProps) {
  const t = useTexts();
  const { language } = useLanguage();
  return (
    <Stack gap={6} role="group" aria-label={t("hours")}>
      <Chip.Group multiple value={hours.days} onChange={(days) => change({ days })}>
        <Group gap={6}>
          {DAYS.map((day) => (
            <Chip key={day} value={String(day)} size="xs" radius="sm">
              {nameDay(language, day)}
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
    </Stack>
  );
}
