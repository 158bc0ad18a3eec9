import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { Section } from "../../../shell/page.tsx";
import { CUTS, DAYS_MAX, POINTS_MAX } from "../rules.ts";
import { RankInputs } from "./rank-inputs.tsx";
import type { Scores, Settings, Tier } from "./replies.ts";
import { useTexts } from "./texts.ts";

const PARTS = ["lengthDays", "recencyDays", "visits"] as const;
type Part = (typeof PARTS)[number];
const TITLE = { lengthDays: "length", recencyDays: "recency", visits: "frequency" } as const;

type ScoreFormProps = { scores: Scores; tiers: readonly Tier[]; isReadOnly: boolean };

/** The bounds of each part and the tiers, saved together: everybody is scored anew by them. */
export function ScoreForm({ scores, tiers, isReadOnly }: ScoreFormProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const [settings, setSettings] = useState<Settings>(scores.settings);
  const save = useMutation({
    mutationFn: () => api.put<Scores>("/scores", settings),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["scores"] }),
  });
  const change = (changed: Partial<Settings>) => {
    save.reset();
    setSettings({ ...settings, ...changed });
  };
  const fault = save.error instanceof ApiError ? (save.error.field ?? "") : "";
  return (
    <Form onSubmit={() => save.mutate()}>
      <Stack gap="lg">
        <Section title={t("ranks")} hint={t("ranks-hint")}>
          <RankInputs
            ranks={settings.ranks}
            tiers={tiers}
            totals={scores.totals}
            unscored={scores.unscored}
            isReadOnly={isReadOnly}
            change={(ranks) => change({ ranks })}
          />
        </Section>
        <Section title={t("points")} hint={t("points-hint")}>
          <Stack gap="lg">
            <NumberInput
              label={t("window")}
              description={t("window-hint")}
              value={settings.windowDays}
              onChange={(days) => typeof days === "number" && change({ windowDays: days })}
              min={1}
              max={DAYS_MAX}
              allowDecimal={false}
              readOnly={isReadOnly}
              maw={260}
            />
            {PARTS.map((part) => (
              <CutInputs
                key={part}
                part={part}
                cuts={settings[part]}
                isAtFault={fault.startsWith(`/${part}`)}
                isReadOnly={isReadOnly}
                change={(cuts) => change({ [part]: cuts })}
              />
            ))}
          </Stack>
        </Section>
        <Refusal error={save.error} {...(fault ? { sentence: t("refused") } : {})} />
        {!isReadOnly && (
          <Group justify="flex-end">
            {save.isSuccess && (
              <Text size="sm" className="quiet" role="status">
                {t("saved")}
              </Text>
            )}
            <Button type="submit" loading={save.isPending}>
              {t("save")}
            </Button>
          </Group>
        )}
      </Stack>
    </Form>
  );
}

type CutInputsProps = {
  part: Part;
  cuts: readonly number[];
  isAtFault: boolean;
  isReadOnly: boolean;
  change: (cuts: number[]) => void;
};

/** The bounds of one part, each beside the points from it on. */
function CutInputs({ part, cuts, isAtFault, isReadOnly, change }: CutInputsProps) {
  const t = useTexts();
  const pointsOf = (index: number) => (part === "recencyDays" ? CUTS - index : index + 2);
  const first = part === "recencyDays" ? POINTS_MAX : 1;
  return (
    <Stack gap={6} role="group" aria-label={t(TITLE[part])}>
      <Text fw={550} size="sm">
        {t(TITLE[part])}
      </Text>
      <Text size="sm" className="quiet">
        {t(`${TITLE[part]}-hint`, { count: first })}
      </Text>
      <Group gap="sm" align="flex-end">
        {cuts.map((cut, index) => (
          <NumberInput
            key={pointsOf(index)}
            label={t("points-from", { count: pointsOf(index) })}
            value={cut}
            onChange={(value) => typeof value === "number" && change(cuts.with(index, value))}
            min={1}
            max={part === "visits" ? 100_000 : DAYS_MAX}
            allowDecimal={false}
            readOnly={isReadOnly}
            suffix={part === "visits" ? "" : t("days-suffix")}
            w={130}
          />
        ))}
      </Group>
      {isAtFault && (
        <Text size="sm" c="red" role="alert">
          {t("rising")}
        </Text>
      )}
    </Stack>
  );
}
