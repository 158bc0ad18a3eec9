import { Button, Group, NumberInput, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import {
  ADVANCE_HOURS_MAX,
  HALT_BOXES_MAX,
  HALT_BOXES_MIN,
  type OperatedRelease,
  type RolloutRule,
} from "../schema.ts";
import { useTexts } from "./texts.ts";

const HOURS_AT_FIRST = 24;

type RuleDialogProps = { release: OperatedRelease; isOpen: boolean; close: () => void };

/** When a release goes on by itself, and how many boxes that went back halt it for all. */
export function RuleDialog({ release, isOpen, close }: RuleDialogProps) {
  const t = useTexts();
  const { version } = release.announcement;
  return (
    <Dialog opened={isOpen} onClose={close} title={t("rule-title", { version })}>
      {isOpen && <Inside release={release} close={close} />}
    </Dialog>
  );
}

/** As they are typed: an emptied field is text. */
type Typed = string | number;

function Inside({ release, close }: Omit<RuleDialogProps, "isOpen">) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const { advanceHours } = release.rule;
  const [isOn, setOn] = useState(advanceHours !== null);
  const [hours, setHours] = useState<Typed>(advanceHours ?? HOURS_AT_FIRST);
  const [boxes, setBoxes] = useState<Typed>(release.rule.haltBoxes);
  const [percent, setPercent] = useState<Typed>(release.rule.haltPercent);
  const save = useMutation({
    mutationFn: (rule: RolloutRule) =>
      api.put(`/operator/releases/${release.announcement.sha256}/rule`, rule),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["releases"] });
      close();
    },
  });
  const rule: RolloutRule = {
    advanceHours: isOn ? Number(hours) : null,
    ...{ haltBoxes: Number(boxes), haltPercent: Number(percent) },
  };
  const isTyped = [hours, boxes, percent].every((value) => value !== "");
  return (
    <Form onSubmit={() => isTyped && save.mutate(rule)}>
      <Stack>
        <Switch
          label={t("rule-on")}
          description={t("rule-on-hint")}
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        {isOn && (
          <NumberInput
            label={t("rule-hours")}
            {...{ value: hours, onChange: setHours, min: 1, max: ADVANCE_HOURS_MAX }}
            allowDecimal={false}
            w={{ base: "100%", xs: 240 }}
          />
        )}
        <Text size="sm">{t("rule-halt-hint")}</Text>
        <Group gap="sm" align="end">
          <NumberInput
            label={t("rule-boxes")}
            {...{ value: boxes, onChange: setBoxes, min: HALT_BOXES_MIN, max: HALT_BOXES_MAX }}
            allowDecimal={false}
            w={{ base: "100%", xs: 200 }}
          />
          <NumberInput
            label={t("rule-percent")}
            {...{ value: percent, onChange: setPercent, min: 0, max: 100, suffix: " %" }}
            allowDecimal={false}
            w={{ base: "100%", xs: 200 }}
          />
        </Group>
        <Refusal error={save.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!isTyped}>
            {shell("save")}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
