import { Button, Chip, Group, Popover, Stack, Text } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useLanguage } from "../../../shell/language.tsx";
import type { Asked } from "../../../shell/use-report-filters.ts";
import { hourWords, nameWeekday, WEEKDAYS } from "../../../shell/weekdays.ts";
import { useTexts } from "./texts.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Hours of the day and days of the week in which visits began. */
export function SlotFilter({ filters, choose }: Pick<Asked, "filters" | "choose">) {
  const t = useTexts();
  const { language } = useLanguage();
  const { weekdays, hours } = filters;
  const count = weekdays.length + hours.length;
  const numbers = (values: string[]) => values.map(Number).sort((a, b) => a - b);
  return (
    <Popover width={320} position="bottom-end" shadow="md" withArrow trapFocus>
      <Popover.Target>
        <Button
          variant={count > 0 ? "light" : "default"}
          fw={400}
          leftSection={<IconAdjustmentsHorizontal size={16} />}
          flex={{ base: "1 1 auto", xs: "none" }}
        >
          {count > 0 ? t("slots-chosen", { count }) : t("slots-any")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text size="sm" fw={600}>
            {t("weekdays")}
          </Text>
          <Chip.Group
            multiple
            value={weekdays.map(String)}
            onChange={(values) => choose({ weekdays: numbers(values) })}
          >
            <Group gap={4}>
              {WEEKDAYS.map((day) => (
                <Chip key={day} value={String(day)} size="xs" variant="outline">
                  {nameWeekday(day, language, "short")}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          <Text size="sm" fw={600}>
            {t("hours-begun")}
          </Text>
          <Chip.Group
            multiple
            value={hours.map(String)}
            onChange={(values) => choose({ hours: numbers(values) })}
          >
            <Group gap={4}>
              {HOURS.map((hour) => (
                <Chip key={hour} value={String(hour)} size="xs" variant="outline">
                  {hourWords(hour)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          {count > 0 && (
            <Button variant="default" size="xs" onClick={() => choose({ weekdays: [], hours: [] })}>
              {t("slots-clear")}
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
