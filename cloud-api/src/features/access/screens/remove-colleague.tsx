import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import type { Colleague } from "./staff-list.tsx";
import { useTexts } from "./texts.ts";

type RemoveColleagueProps = { colleague: Colleague | null; close: () => void };

/** A confirmation that names the person: they are signed out of the company at once. */
export function RemoveColleague({ colleague, close }: RemoveColleagueProps) {
  const t = useTexts();
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
      <Danger
        hint={t("remove-colleague-hint")}
        label={title}
        act={remove}
        run={() => colleague && remove.mutate(colleague.id)}
        close={close}
      />
    </Dialog>
  );
}
