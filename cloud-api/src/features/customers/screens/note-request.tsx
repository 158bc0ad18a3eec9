import { Button, Group, Radio, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useTexts } from "./texts.ts";

const KINDS = ["copy", "correction", "restriction", "deletion"] as const;

type NoteRequestProps = { customerId: string; opened: boolean; close: () => void };

/** Writes down what somebody asked for at the counter, by mail or on the telephone. */
export function NoteRequest({ customerId, opened, close }: NoteRequestProps) {
  const t = useTexts();
  return (
    <Dialog opened={opened} onClose={close} title={t("note-request-title")}>
      {opened && <NoteForm customerId={customerId} close={close} />}
    </Dialog>
  );
}

function NoteForm({ customerId, close }: { customerId: string; close: () => void }) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [kind, setKind] = useState<string>("copy");
  const [note, setNote] = useState("");
  const send = useMutation({
    mutationFn: () => api.post(`/customers/${customerId}/requests`, { kind, note }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer", customerId] });
      void queries.invalidateQueries({ queryKey: ["customer-requests"] });
      close();
    },
  });
  return (
    <Stack>
      <Radio.Group label={t("asked-for")} value={kind} onChange={setKind}>
        <Stack gap="xs" mt="xs">
          {KINDS.map((each) => (
            <Radio key={each} value={each} label={t(`request-${each}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label={t("request-note")}
        description={t("request-note-hint")}
        value={note}
        maxLength={1000}
        autosize
        minRows={2}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Refusal error={send.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button loading={send.isPending} onClick={() => send.mutate()}>
          {t("note-request-send")}
        </Button>
      </Group>
    </Stack>
  );
}
