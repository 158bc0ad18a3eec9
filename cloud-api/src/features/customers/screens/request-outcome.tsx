import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../shell/api.ts";
import { Dialog } from "../../../shell/dialog.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { useShellTexts } from "../../../shell/language.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { Customer, CustomerRequest } from "./replies.ts";
import { useTexts } from "./texts.ts";

type OutcomeProps = { customer: Customer; request: CustomerRequest };

/** What staff do about a request that is no copy: carry it out, or refuse it and say why. */
export function Outcome({ customer, request }: OutcomeProps) {
  const t = useTexts();
  const [chosen, setChosen] = useState<"done" | "refused" | null>(null);
  if (!useMay("customers.answer") || request.kind === "copy") return null;
  const { kind } = request;
  const title = chosen === "refused" ? t("refuse-title") : t(`do-${kind}-title`);
  return (
    <Group gap="xs" mt={4}>
      <Button size="xs" variant="default" onClick={() => setChosen("refused")}>
        {t("refuse")}
      </Button>
      <Button
        size="xs"
        {...(kind === "deletion" ? { color: "red" } : {})}
        onClick={() => setChosen("done")}
      >
        {t(`do-${kind}`)}
      </Button>
      <Dialog opened={chosen !== null} onClose={() => setChosen(null)} title={title}>
        {chosen && (
          <OutcomeForm
            customer={customer}
            request={request}
            outcome={chosen}
            close={() => setChosen(null)}
          />
        )}
      </Dialog>
    </Group>
  );
}

type OutcomeFormProps = OutcomeProps & { outcome: "done" | "refused"; close: () => void };

function OutcomeForm({ customer, request, outcome, close }: OutcomeFormProps) {
  const t = useTexts();
  const shell = useShellTexts();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const { kind } = request;
  const send = useMutation({
    mutationFn: () =>
      api.post(`/customers/${customer.id}/requests/${request.id}/outcome`, { outcome, note }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer", customer.id] });
      void queries.invalidateQueries({ queryKey: ["customer-requests"] });
      close();
    },
  });
  if (kind === "copy") return null;
  const isRefused = outcome === "refused";
  const name = customer.name ?? t("customer");
  return (
    <Stack>
      <Text size="sm">{isRefused ? t("refuse-hint") : t(`do-${kind}-hint`, { name })}</Text>
      <Textarea
        label={t(isRefused ? "refuse-reason" : "outcome-note")}
        value={note}
        maxLength={1000}
        autosize
        minRows={2}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
      />
      <Refusal error={send.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {shell("cancel")}
        </Button>
        <Button
          {...(kind === "deletion" && !isRefused ? { color: "red" } : {})}
          loading={send.isPending}
          disabled={isRefused && note.trim() === ""}
          onClick={() => send.mutate()}
        >
          {isRefused ? t("refuse") : t(`do-${kind}`)}
        </Button>
      </Group>
    </Stack>
  );
}
