import { Button, Group, Stack, Text } from "@mantine/core";
import { ApiError } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { type Sender, useRemoveSender } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** A confirmation that names it, and says that its secrets go with it. */
export function RemoveDialog({ sender, close }: { sender: Sender | null; close: () => void }) {
  const t = useTexts();
  return (
    <Dialog
      opened={sender !== null}
      onClose={close}
      title={t("remove-name", { name: sender?.name ?? "" })}
    >
      {sender && <RemoveForm sender={sender} close={close} />}
    </Dialog>
  );
}

function RemoveForm({ sender, close }: { sender: Sender; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const remove = useRemoveSender(sender.id, close);
  const isUsed = remove.error instanceof ApiError && remove.error.code === "conflict";
  return (
    <Stack>
      <Text size="sm">{t("remove-hint")}</Text>
      <Refusal error={remove.error} {...(isUsed ? { sentence: t("still-used") } : {})} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close} data-autofocus>
          {shell("cancel")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("remove")}
        </Button>
      </Group>
    </Stack>
  );
}
