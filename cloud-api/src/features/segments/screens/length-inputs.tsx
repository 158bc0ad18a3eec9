import { Text } from "@mantine/core";
import type { Condition } from "../schema.ts";
import { Amount, Choice } from "./choice.tsx";
import type { ConditionProps } from "./condition-inputs.tsx";
import { useTexts } from "./texts.ts";
import { VisitInputs } from "./visit-inputs.tsx";
import { WhenInputs } from "./when-inputs.tsx";

const WHICH = ["average", "longest", "together"] as const;
const BOUNDS = ["min", "max"] as const;

/** How long visits are: each, the longest, or all of them together. */
export function LengthInputs({ condition, choices, change }: ConditionProps<"visit-length">) {
  const t = useTexts();
  const { which, minutes, visits, when } = condition;
  const bound = minutes.max === undefined ? "min" : "max";
  const number = minutes[bound] ?? 60;
  const set = (part: object) => {
    const kept = Object.entries({ ...condition, ...part }).filter(
      ([, value]) => value !== undefined,
    );
    change(Object.fromEntries(kept) as Condition);
  };
  return (
    <>
      <Choice
        label={t("which-length")}
        value={which}
        options={WHICH.map((each) => ({ value: each, label: t(`length-${each}`) }))}
        choose={(chosen) => set({ which: chosen })}
        width={160}
      />
      <Choice
        label={t("count-word")}
        value={bound}
        options={BOUNDS.map((each) => ({ value: each, label: t(`length-${each}`) }))}
        choose={(chosen) => set({ minutes: { [chosen]: number } })}
        width={130}
      />
      <Amount
        label={t("minutes")}
        value={number}
        min={1}
        max={1_000_000}
        choose={(chosen) => set({ minutes: { [bound]: chosen } })}
      />
      <Text size="sm">{t("minutes")}</Text>
      <WhenInputs when={when} choose={(chosen) => set({ when: chosen })} />
      <VisitInputs visits={visits} choices={choices} choose={(chosen) => set({ visits: chosen })} />
    </>
  );
}
