import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import type { PageReply } from "../schema.ts";
import { useTexts } from "./texts.ts";
import { pageKey } from "./use-page.ts";

/** Puts a page that stands nowhere out of the way, or takes it back; nothing of it is lost. */
export function ArchiveButton({ page }: { page: PageReply }) {
  const t = useTexts();
  const queries = useQueryClient();
  const act = page.state === "archived" ? "restore" : "archive";
  const change = useMutation({
    mutationFn: () => api.post<PageReply>(`/pages/${page.id}/${act}`),
    onSuccess: (reply) => {
      queries.setQueryData(pageKey(page.id), reply);
      void queries.invalidateQueries({ queryKey: ["pages"] });
    },
  });
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => change.mutate()}
        loading={change.isPending}
      >
        {t(act)}
      </Button>
      <Refusal error={change.error} />
    </>
  );
}
