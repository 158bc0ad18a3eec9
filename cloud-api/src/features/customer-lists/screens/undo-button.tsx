import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type Action, useSteps } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** The way back, which says for how many; nothing where there is none. */
export function UndoButton({ action }: { action: Action }) {
  const t = useTexts();
  const shell = useShellTexts();
  const [opened, setOpened] = useState(false);
  const { undo } = useSteps(action.id);
  const close = () => setOpened(false);
  if (!action.mayUndo) return null;
  const count = action.changed - action.undone - action.left;
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpened(true)}>
        {t("undo")}
      </Button>
      <Dialog opened={opened} onClose={close} title={t("undo-title")}>
        <Stack>
          <Text size="sm">{t("undo-hint")}</Text>
          <Refusal error={undo.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {shell("cancel")}
            </Button>
            <Button
              loading={undo.isPending}
              onClick={() => undo.mutate(undefined, { onSuccess: close })}
            >
              {t("undo-count", { count })}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
