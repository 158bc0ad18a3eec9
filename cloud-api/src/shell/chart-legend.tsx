import { Group, Text } from "@mantine/core";
import { DASHES, type Tone } from "./chart-colours.ts";
import type { ChartSeries } from "./chart-series.ts";

/** Which colour and line is whose. */
export function ChartLegend({ series }: { series: readonly ChartSeries[] }) {
  if (series.length < 2) return null;
  return (
    <Group gap="md" justify="center" style={{ rowGap: 4 }} aria-hidden>
      {series.map(({ key, name, tone, form }) => (
        <Group key={key} gap={6} wrap="nowrap">
          {form === "bar" ? (
            <span className={`chart-mark tone-${tone}`} />
          ) : (
            <LineMark tone={tone} />
          )}
          <Text span size="xs" className="quiet">
            {name}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

const LineMark = ({ tone }: { tone: Tone }) => (
  <svg width="26" height="8" className={`chart-line tone-${tone}`} aria-hidden="true">
    <line
      x1="0"
      y1="4"
      x2="26"
      y2="4"
      strokeWidth="2.5"
      strokeDasharray={String(DASHES[tone]).replace("solid", "none")}
    />
  </svg>
);
