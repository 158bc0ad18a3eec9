import { Box, Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { BranchFilter } from "../../../shell/branch-filter.tsx";
import { NoBranch } from "../../../shell/branch-of-page.tsx";
import { useBranchChoices, useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import { BatchForm } from "./batch-form.tsx";
import { BatchState } from "./batch-state.tsx";
import type { Batch, BatchListReply } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useLastDay } from "./use-batch.ts";

/** Every batch of codes, and how far each is used. */
export function BatchList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const branchId = parameters.get("branchId");
  const hasBranches = useBranchChoices().length > 0;
  const { data, error, refetch } = useQuery({
    queryKey: ["access-code-batches", { branchId }],
    queryFn: ({ signal }) =>
      api.get<BatchListReply>(withQuery("/access-code-batches", { branchId }), signal),
    placeholderData: (before) => before,
    meta: { live: true },
  });
  const batches = data?.batches;
  const add = useMay("access-codes.edit") && hasBranches && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => change({ add: "batch" })}>
      {t("make-codes")}
    </Button>
  );
  return (
    <Page
      title={t("access-codes")}
      summary={batches && <Summary batches={batches} />}
      actions={batches && batches.length > 0 && add}
    >
      <BatchForm
        isOpen={parameters.get("add") === "batch"}
        close={() => change({ add: null })}
        branchId={branchId}
      />
      <BranchFilter branchId={branchId} choose={(chosen) => change({ branchId: chosen })} />
      {error && !batches ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {batches?.length === 0 && !hasBranches && <NoBranch hint={t("no-branches-hint")} />}
          {batches?.length === 0 && hasBranches && (
            <Empty title={t("no-batches")} hint={t("no-batches-hint")} action={add} />
          )}
          {batches?.length !== 0 && <BatchTable rows={batches} />}
        </Box>
      )}
    </Page>
  );
}

function Summary({ batches }: { batches: readonly Batch[] }) {
  const t = useTexts();
  const devices = batches.reduce((sum, batch) => sum + batch.usedDevices, 0);
  const counted = t("batches-counted", { count: batches.length });
  return `${counted} · ${t("devices-came", { count: devices })}`;
}

function BatchTable({ rows }: { rows: readonly Batch[] | undefined }) {
  const t = useTexts();
  const columns = useColumns();
  return (
    <RecordTable
      label={t("access-codes")}
      columns={columns}
      rows={rows}
      rowKey={(batch) => batch.id}
    />
  );
}

function useColumns(): Column<Batch>[] {
  const t = useTexts();
  const format = useFormat();
  const zoneOf = useZoneOf();
  const lastDayOf = useLastDay();
  const mayRead = useMay("access-codes.edit");
  return [
    {
      key: "name",
      header: t("batch"),
      narrow: "title",
      wraps: true,
      render: (batch) =>
        mayRead ? (
          <Link href={`/access-codes/${batch.id}`} className="record-link">
            {batch.name}
          </Link>
        ) : (
          <b>{batch.name}</b>
        ),
    },
    { key: "branch", header: t("branch"), wraps: true, render: (batch) => batch.branchName },
    {
      key: "used",
      header: t("codes-used"),
      align: "right",
      render: ({ usedCodes, count }) => t("used-of", { used: usedCodes, count }),
    },
    {
      key: "devices",
      header: t("devices"),
      align: "right",
      render: ({ usedDevices, count, devicesMax }) =>
        t("used-of", { used: usedDevices, count: count * devicesMax }),
    },
    {
      key: "time",
      header: t("time-each"),
      align: "right",
      render: ({ minutes }) => format.duration(minutes * 60),
    },
    {
      key: "until",
      header: t("last-day"),
      render: (batch) => lastDayOf(batch) ?? <span className="quiet">{t("no-end")}</span>,
    },
    {
      key: "made",
      header: t("made"),
      narrow: "none",
      render: (batch) => <Moment at={batch.createdAt} timeZone={zoneOf(batch.branchId)} />,
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      render: (batch) => <BatchState batch={batch} />,
    },
  ];
}
