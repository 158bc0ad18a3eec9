import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { EnrolmentCode } from "./enrolment-code.tsx";
import type { Box, BoxOffer, Branch } from "./replies.ts";
import { useTexts } from "./texts.ts";

type NewCodeProps = { isOpen: boolean; close: () => void; box: Box; branch: Branch };

/** A new code for a box: where the first was lost, for other hardware, or where its key is lost. */
export function NewCode({ isOpen, close, box, branch }: NewCodeProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const isFirst = box.enrolledAt === null;
  const [enrolledBefore, setEnrolledBefore] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: () => api.post<BoxOffer>(`/branches/${branch.id}/boxes/${box.id}/enrolment`, {}),
    onMutate: () => setEnrolledBefore(box.enrolledAt),
  });
  const done = () => {
    close();
    make.reset();
  };
  return (
    <Dialog
      opened={isOpen}
      onClose={done}
      title={t(isFirst ? "new-code-name" : "enrol-again-name", { name: box.name })}
      size="lg"
    >
      {make.data ? (
        <EnrolmentCode {...{ offer: make.data, branch, boxId: box.id, enrolledBefore, done }} />
      ) : (
        <Stack>
          <Text size="sm">{t(isFirst ? "new-code-hint" : "enrol-again-hint")}</Text>
          <Refusal error={make.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={done}>
              {shell("cancel")}
            </Button>
            <Button loading={make.isPending} onClick={() => make.mutate()} data-autofocus>
              {t("make-code")}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
