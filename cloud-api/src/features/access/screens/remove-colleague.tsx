import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import type { Colleague } from "./staff-list.tsx";
import { useTexts } from "./texts.ts";

type RemoveColleagueProps = { colleague: Colleague | null; close: () => void };

/** A confirmation that names the person: they are signed out of the company at once. */
export function RemoveColleague({ colleague, close }: RemoveColleagueProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: (id: string) => api.remove(`/staff/${id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["staff"] });
      close();
    },
  });
  const title = t("remove-colleague-name", { name: colleague?.name ?? "" });
  return (
    <Dialog opened={colleague !== null} onClose={close} title={title}>
      <Stack>
        <Text size="sm">{t("remove-colleague-hint")}</Text>
        <Refusal error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {shell("cancel")}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => colleague && remove.mutate(colleague.id)}
          >
            {title}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
