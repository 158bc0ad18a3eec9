import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault, Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import type { Segment } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Removes a segment, after a confirmation that names it. */
export function RemoveSegment({ segment: { id, name } }: { segment: Segment }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.remove(`/segments/${id}`),
    onSuccess: async () => {
      navigate("/segments");
      await queries.invalidateQueries({ queryKey: ["segments"] });
    },
  });
  const isNamed = remove.error instanceof ApiError && remove.error.code === "conflict";
  // The field says what holds it: a tag that is given by it, or else another segment.
  const holder = isFieldAtFault(remove.error, "tag-rules") ? "still-giving" : "still-named";
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("remove")}
      </Button>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title={t("remove-name", { name })}>
        <Stack>
          <Text size="sm">{t("remove-hint")}</Text>
          <Refusal error={remove.error} {...(isNamed ? { sentence: t(holder) } : {})} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)} data-autofocus>
              {shell("cancel")}
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("remove")}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
