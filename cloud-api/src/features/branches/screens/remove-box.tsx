import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import type { Box, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type RemoveBoxProps = { isOpen: boolean; close: () => void; box: Box; branch: Branch };

/** A confirmation that names the box: its key stops working for good. */
export function RemoveBox({ isOpen, close, box, branch }: RemoveBoxProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.remove(`/branches/${branch.id}/boxes/${box.id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["branches"] });
      close();
    },
  });
  return (
    <Dialog opened={isOpen} onClose={close} title={t("remove-box-name", { name: box.name })}>
      <Stack>
        <Text size="sm">{t("remove-box-hint", { branch: branch.name })}</Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {shell("cancel")}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("remove-box-name", { name: box.name })}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
