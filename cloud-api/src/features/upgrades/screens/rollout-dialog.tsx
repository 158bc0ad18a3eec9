import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Form } from "../../../shell/form.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type RolloutDeed, stageAfter } from "../rules.ts";
import type { OperatedRelease } from "../schema.ts";
import { useTexts } from "./texts.ts";

type RolloutDialogProps = {
  release: OperatedRelease;
  /** Null: closed. */
  deed: RolloutDeed | null;
  close: () => void;
};

/** Asks before a release goes on or stops, and says what happens then. */
export function RolloutDialog({ release, deed, close }: RolloutDialogProps) {
  const t = useTexts();
  const { version } = release.announcement;
  return (
    <Dialog
      opened={deed !== null}
      onClose={close}
      title={deed ? t(`${deed}-title`, { version }) : ""}
    >
      {deed && <Inside release={release} deed={deed} close={close} />}
    </Dialog>
  );
}

function Inside({ release, deed, close }: RolloutDialogProps & { deed: RolloutDeed }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const stage = stageAfter(deed, release.stage);
  const roll = useMutation({
    mutationFn: () =>
      api.put(`/operator/releases/${release.announcement.sha256}/rollout`, {
        stage,
        seen: { stage: release.stage, isHalted: release.haltedReason !== null },
        ...(deed === "halt" && { haltedReason: reason.trim() }),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["releases"] });
      close();
    },
  });
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (deed !== "halt" || reason.trim() !== "") roll.mutate();
      }}
    >
      <Stack>
        <Text size="sm">{t(deed === "next" ? `next-${stage}-hint` : `${deed}-hint`)}</Text>
        {deed === "halt" && (
          <TextInput
            label={t("halt-reason")}
            value={reason}
            maxLength={200}
            required
            withAsterisk={false}
            data-autofocus
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        <Refusal
          error={roll.error}
          {...(roll.error
            ? { sentence: t(deed === "start" ? "start-refused" : "roll-refused") }
            : {})}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell("cancel")}
          </Button>
          <Button type="submit" loading={roll.isPending} {...(deed === "halt" && { color: "red" })}>
            {t(deed)}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
