import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { readDrafts, toDraft } from "./grant-drafts.ts";
import { GrantInputs } from "./grant-inputs.tsx";
import type { Grant } from "./roles.ts";
import type { Colleague } from "./staff-list.tsx";
import { useTexts } from "./texts.ts";

type GrantsDialogProps = { colleague: Colleague | null; close: () => void };

/** A colleague's roles: what is saved counts from their next request on. */
export function GrantsDialog({ colleague, close }: GrantsDialogProps) {
  const t = useTexts();
  const title = t("roles-of", { name: colleague?.name ?? "" });
  return (
    <Dialog opened={colleague !== null} onClose={close} title={title}>
      {colleague && <Editor key={colleague.id} colleague={colleague} close={close} />}
    </Dialog>
  );
}

function Editor({ colleague, close }: { colleague: Colleague; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [drafts, setDrafts] = useState(() => colleague.grants.map(toDraft));
  const grants = readDrafts(drafts);
  const save = useMutation({
    mutationFn: (told: Grant[]) => api.put(`/staff/${colleague.id}/grants`, { grants: told }),
    onSuccess: async () => {
      void queries.invalidateQueries({ queryKey: ["invitations"] });
      void queries.invalidateQueries({ queryKey: ["roles"] });
      await queries.invalidateQueries({ queryKey: ["staff"] });
      close();
    },
  });
  const isLast = save.error instanceof ApiError && save.error.code === "conflict";
  const isBeyond = save.error instanceof ApiError && save.error.code === "forbidden";
  return (
    <Stack>
      <GrantInputs drafts={drafts} change={setDrafts} />
      <Refusal
        error={save.error}
        {...(isLast && { sentence: t("last-owner") })}
        {...(isBeyond && { sentence: t("beyond-own") })}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button
          disabled={grants === null}
          loading={save.isPending}
          onClick={() => grants && save.mutate(grants)}
        >
          {t("save")}
        </Button>
      </Group>
    </Stack>
  );
}
