import { Group, Text } from "@mantine/core";
import { useTexts } from "./texts.ts";

export function ChartLegend() {
  const t = useTexts();
  const marks = [
    { mark: "bar-returning", label: t("returning-customers") },
    { mark: "bar-new", label: t("new-customers") },
    { mark: "line-anonymous", label: t("anonymous-visits") },
  ];
  return (
    <Group gap="md" justify="center" aria-hidden>
      {marks.map(({ mark, label }) => (
        <Group key={mark} gap={6} wrap="nowrap">
          <span className={`legend-mark ${mark}`} />
          <Text span size="xs" className="quiet">
            {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
