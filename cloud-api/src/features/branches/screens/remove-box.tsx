import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import type { Box, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type RemoveBoxProps = { isOpen: boolean; close: () => void; box: Box; branch: Branch };

/** A confirmation that names the box: its key stops working for good. */
export function RemoveBox({ isOpen, close, box, branch }: RemoveBoxProps) {
  const t = useTexts();
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
      <Danger
        hint={t("remove-box-hint", { branch: branch.name })}
        label={t("remove-box-name", { name: box.name })}
        act={remove}
        run={() => remove.mutate()}
        close={close}
      />
    </Dialog>
  );
}
