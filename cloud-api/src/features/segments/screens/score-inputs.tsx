import { Text } from "@mantine/core";
import { Amount, Choice } from "./choice.tsx";
import type { ConditionProps } from "./condition-inputs.tsx";
import { useTexts } from "./texts.ts";

const PARTS = ["total", "length", "recency", "frequency"] as const;
const BOUNDS = ["min", "max"] as const;
const PART_POINTS_MAX = 5;
const TOTAL_POINTS_MAX = 15;

const mostOf = (part: (typeof PARTS)[number]) =>
  part === "total" ? TOTAL_POINTS_MAX : PART_POINTS_MAX;

/** How many points somebody has for their visits. */
export function ScoreInputs({ condition, change }: ConditionProps<"score">) {
  const t = useTexts();
  const { part, points } = condition;
  const bound = points.max === undefined ? "min" : "max";
  const number = points[bound] ?? 1;
  return (
    <>
      <Choice
        label={t("count-word")}
        value={bound}
        options={BOUNDS.map((each) => ({ value: each, label: t(`points-${each}`) }))}
        choose={(chosen) => change({ ...condition, points: { [chosen]: number } })}
        width={130}
      />
      <Amount
        label={t("points")}
        value={number}
        min={1}
        max={mostOf(part)}
        choose={(chosen) => change({ ...condition, points: { [bound]: chosen } })}
      />
      <Text size="sm">{t("points-for")}</Text>
      <Choice
        label={t("part")}
        value={part}
        options={PARTS.map((each) => ({ value: each, label: t(`part-${each}`) }))}
        choose={(chosen) => {
          const fitting = Math.min(number, mostOf(chosen));
          change({ ...condition, part: chosen, points: { [bound]: fitting } });
        }}
        width={230}
      />
    </>
  );
}
