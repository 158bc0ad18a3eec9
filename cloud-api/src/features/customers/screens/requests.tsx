import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconDownload, IconTable } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { downloadText } from "../../../shell/copy-button.tsx";
import { Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { useMay } from "../../../shell/session.tsx";
import type { Customer, CustomerRequest } from "./replies.ts";
import { Outcome } from "./request-outcome.tsx";
import { useTexts } from "./texts.ts";

/** What the customer asked for at a branch, until when it is due, and what staff do about it. */
export function Requests({ customer }: { customer: Customer }) {
  return (
    <Stack gap="md">
      {customer.requests.map((request) => (
        <Request key={request.id} customer={customer} request={request} />
      ))}
    </Stack>
  );
}

const OUTCOMES = {
  copy: "request-handed-over",
  deletion: "request-erased",
  correction: "request-corrected",
  restriction: "request-restricted",
} as const;

function Request({ customer, request }: { customer: Customer; request: CustomerRequest }) {
  const t = useTexts();
  const timeZone = useZoneOf()(request.branchId);
  const { kind, finishedAt, outcome } = request;
  const isOpen = finishedAt === null;
  // What was still to be done went with the rest.
  const isErased = customer.requests.some(
    (each) => each.kind === "deletion" && each.finishedAt === finishedAt,
  );
  const became = outcome === "refused" ? "request-refused" : OUTCOMES[isErased ? "deletion" : kind];
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {t(`request-${kind}`)}
        </Text>
        <Badge size="sm" variant="light" tt="none" color={isOpen ? "orange" : "gray"}>
          {t(isOpen ? "request-open" : "request-finished")}
        </Badge>
      </Group>
      <Text component="div" size="xs" className="quiet">
        {t("request-asked")} <Moment at={request.askedAt} timeZone={timeZone} />
        {request.branchName && !request.isNoted && ` · ${request.branchName}`}
        {request.isNoted &&
          ` · ${t("request-noted-by", { name: request.notedBy ?? t("somebody") })}`}
      </Text>
      {request.note && <Text size="sm">{request.note}</Text>}
      {finishedAt ? (
        <Text component="div" size="xs" className="quiet">
          {t(became)} <Moment at={finishedAt} timeZone={timeZone} />
          {request.finishedBy && ` · ${request.finishedBy}`}
          {request.outcomeNote && ` · ${request.outcomeNote}`}
        </Text>
      ) : (
        <>
          <Text component="div" size="sm">
            {t("request-answer-by")} <Moment at={request.answerBy} timeZone={timeZone} />
            {" · "}
            {t("request-finish-by")} <Moment at={request.finishBy} timeZone={timeZone} />
          </Text>
          {kind === "copy" ? (
            <Answer customer={customer} requestId={request.id} />
          ) : (
            <Outcome customer={customer} request={request} />
          )}
        </>
      )}
    </Stack>
  );
}

/** The file to hand over, and the word that it was. */
function Answer({ customer, requestId }: { customer: Customer; requestId: string }) {
  const t = useTexts();
  const queries = useQueryClient();
  const path = `/customers/${customer.id}`;
  const download = useMutation({
    mutationFn: () => api.get<unknown>(`${path}/copy`),
    onSuccess: (copy) =>
      downloadText(`customer-${customer.id}.json`, JSON.stringify(copy, null, 2)),
  });
  const finish = useMutation({
    mutationFn: () => api.post(`${path}/requests/${requestId}/finish`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer", customer.id] }),
  });
  if (!useMay("customers.answer")) return null;
  return (
    <>
      <Group gap="xs" mt={4}>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t("request-download")}
        </Button>
        <Button
          component="a"
          href={`/api/v1${path}/copy.csv`}
          download={`customer-${customer.id}.csv`}
          size="xs"
          variant="default"
          leftSection={<IconTable size={16} aria-hidden />}
        >
          {t("request-download-table")}
        </Button>
        <Button size="xs" loading={finish.isPending} onClick={() => finish.mutate()}>
          {t("request-finish")}
        </Button>
      </Group>
      <Refusal error={download.error ?? finish.error} />
    </>
  );
}
