import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import type { Batch } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Ends a batch, after a confirmation that names it. */
export function ArchiveBatch({ batch }: { batch: Batch }) {
  const t = useTexts();
  const queries = useQueryClient();
  const [isOpen, { open, close }] = useDisclosure(false);
  const archive = useMutation({
    mutationFn: () => api.post(`/access-code-batches/${batch.id}/archive`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["access-code-batches"] });
      close();
    },
  });
  const title = t("archive-name", { name: batch.name });
  return (
    <>
      <Button variant="default" leftSection={<IconArchive size={16} />} onClick={open}>
        {t("archive")}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={title}>
        <Danger
          hint={t("archive-hint", {
            count: batch.count - batch.usedCodes,
            branch: batch.branchName,
          })}
          label={title}
          act={archive}
          run={() => archive.mutate()}
          close={close}
        />
      </Dialog>
    </>
  );
}
