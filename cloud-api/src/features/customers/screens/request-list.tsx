import { Badge, Box, Group, SegmentedControl, Select, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../../shell/api.ts";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import type { ListedRequest, RequestsReply } from "../schema.ts";
import { useTexts } from "./texts.ts";

/** What people asked for about what is kept of them, by the day it is due. */
export function RequestList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const state = parameters.get("state") === "finished" ? "finished" : "open";
  const { data, error, refetch } = useQuery({
    queryKey: ["customer-requests", state],
    queryFn: ({ signal }) => api.get<RequestsReply>(`/customer-requests?state=${state}`, signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const columns = useColumns(state);
  const late = data?.requests.filter(({ isLate }) => isLate).length ?? 0;
  return (
    <Page
      title={t("requests")}
      summary={
        data &&
        [
          t("requests-waiting", { count: data.total }),
          late > 0 && t("requests-late", { count: late }),
        ]
          .filter(Boolean)
          .join(" · ")
      }
      actions={data && <LawChoice law={data.law} />}
    >
      <SegmentedControl
        aria-label={t("requests")}
        value={state}
        onChange={(value) => change({ state: value === "finished" ? "finished" : null })}
        data={[
          { value: "open", label: t("requests-open") },
          { value: "finished", label: t("requests-finished") },
        ]}
        style={{ alignSelf: "flex-start" }}
      />
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {data?.requests.length === 0 ? (
            <Empty title={t(`no-requests-${state}`)} hint={t("no-requests-hint")} />
          ) : (
            <RecordTable
              label={t("requests")}
              columns={columns}
              rows={data?.requests}
              rowKey={({ id }) => id}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function LawChoice({ law }: { law: RequestsReply["law"] }) {
  const t = useTexts();
  const mayChange = useMay("customers.law");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (chosen: string) => api.put("/privacy-law", { law: chosen }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["customer-requests"] }),
  });
  if (!mayChange)
    return (
      <Text size="sm" className="quiet">
        {t(`law-${law}`)}
      </Text>
    );
  return (
    <div>
      <Select
        aria-label={t("law")}
        data={(["vn", "gdpr"] as const).map((value) => ({ value, label: t(`law-${value}`) }))}
        value={save.isPending ? save.variables : law}
        onChange={(value) => value && save.mutate(value)}
        allowDeselect={false}
        w={300}
      />
      <Refusal error={save.error} />
    </div>
  );
}

function useColumns(state: "open" | "finished"): Column<ListedRequest>[] {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const customer: Column<ListedRequest> = {
    key: "customer",
    header: t("customer"),
    narrow: "title",
    wraps: true,
    render: ({ customerId, customerName }) =>
      customerId ? (
        <Link href={`/customers/${customerId}`} className="record-link">
          {customerName ?? <span className="quiet">{t("no-name")}</span>}
        </Link>
      ) : (
        <span className="quiet">{t("unknown-guest")}</span>
      ),
  };
  const kind: Column<ListedRequest> = {
    key: "kind",
    header: t("asked-for"),
    render: (request) => t(`request-${request.kind}`),
  };
  const where: Column<ListedRequest> = {
    key: "where",
    header: t("request-where"),
    wraps: true,
    render: ({ isNoted, notedBy, branchName }) =>
      isNoted ? t("request-noted-by", { name: notedBy ?? t("somebody") }) : (branchName ?? "–"),
  };
  if (state === "finished")
    return [
      customer,
      kind,
      {
        key: "became",
        header: t("outcome"),
        wraps: true,
        render: ({ outcome, outcomeNote }) => (
          <>
            {t(outcome === "refused" ? "outcome-refused" : "outcome-done")}
            {outcomeNote && <span className="quiet"> · {outcomeNote}</span>}
          </>
        ),
      },
      {
        key: "finished",
        header: t("request-finished-at"),
        render: ({ finishedAt, branchId }) =>
          finishedAt ? <Moment at={finishedAt} timeZone={zoneOf(branchId)} /> : "–",
      },
      where,
    ];
  return [
    customer,
    kind,
    {
      key: "due",
      header: t("request-due"),
      render: ({ finishBy, branchId, isLate }) => (
        <Group gap="xs" wrap="nowrap">
          <Moment at={finishBy} timeZone={zoneOf(branchId)} />
          {isLate && (
            <Badge size="sm" color="red" variant="light" tt="none">
              {t("late")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      key: "answer",
      header: t("request-answer-by"),
      render: ({ answerBy, branchId }) => <Moment at={answerBy} timeZone={zoneOf(branchId)} />,
    },
    where,
  ];
}
