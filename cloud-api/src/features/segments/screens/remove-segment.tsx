import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { ApiError, api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import { isFieldAtFault } from "../../../shell/failure.tsx";
import type { Segment } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Removes a segment, after a confirmation that names it. */
export function RemoveSegment({ segment: { id, name } }: { segment: Segment }) {
  const t = useTexts();
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
        <Danger
          hint={t("remove-hint")}
          label={t("remove")}
          act={remove}
          run={() => remove.mutate()}
          close={() => setOpen(false)}
          sentence={isNamed ? t(holder) : undefined}
        />
      </Dialog>
    </>
  );
}
