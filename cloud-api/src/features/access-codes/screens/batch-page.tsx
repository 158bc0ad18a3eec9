import { Box, Button, Group, Skeleton } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { Link } from "wouter";
import { ApiError } from "../../../shell/api.ts";
import { useNow } from "../../../shell/clock.ts";
import { Failure } from "../../../shell/failure.tsx";
import { NothingHere, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import type { ScreenProps } from "../../../shell/screens.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { spellCode, stateOf } from "../rules.ts";
import { ArchiveBatch } from "./archive-batch.tsx";
import { BatchState } from "./batch-state.tsx";
import type { Batch, BatchWithCodes } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { useBatch, useFirstDay, useLastDay } from "./use-batch.ts";

type Code = BatchWithCodes["codes"][number];

/** The codes of a batch, and which are used. */
export function BatchPage({ params }: ScreenProps) {
  const t = useTexts();
  const now = useNow();
  const { data: batch, error, refetch } = useBatch(params.id ?? "");
  if (error instanceof ApiError && ["not-found", "invalid"].includes(error.code))
    return <NothingHere />;
  const parent = { path: "/access-codes", label: t("access-codes") };
  if (!batch)
    return (
      <Page title={t("access-codes")} parent={parent}>
        {error ? <Failure error={error} retry={refetch} /> : <Skeleton height={300} radius="lg" />}
      </Page>
    );
  const state = stateOf(batch, now);
  return (
    <Page
      title={batch.name}
      parent={parent}
      summary={<Summary batch={batch} />}
      actions={
        <>
          {state !== "archived" && <ArchiveBatch batch={batch} />}
          {(state === "active" || state === "waiting") && (
            <Button
              component={Link}
              href={`/access-codes/${batch.id}/sheet`}
              leftSection={<IconPrinter size={16} />}
            >
              {t("print")}
            </Button>
          )}
        </>
      }
    >
      <Box className="surface">
        <CodeTable batch={batch} />
      </Box>
    </Page>
  );
}

function Summary({ batch }: { batch: Batch }) {
  const t = useTexts();
  const format = useFormat();
  const isWaiting = stateOf(batch, useNow()) === "waiting";
  const firstDay = useFirstDay()(batch);
  const lastDay = useLastDay()(batch);
  // While the first day has not come, the state says it.
  const parts = [
    batch.branchName,
    t("devices-of-code", { count: batch.devicesMax }),
    format.duration(batch.minutes * 60),
    ...(firstDay === null || isWaiting ? [] : [t("from-day", { day: firstDay })]),
    ...(lastDay === null ? [] : [t("until-day", { day: lastDay })]),
    t("codes-used-of", { used: batch.usedCodes, count: batch.count }),
  ];
  return (
    <Group gap="xs">
      <BatchState batch={batch} /> {parts.join(" · ")}
    </Group>
  );
}

function CodeTable({ batch }: { batch: BatchWithCodes }) {
  const t = useTexts();
  const columns: Column<Code>[] = [
    {
      key: "code",
      header: t("code"),
      narrow: "title",
      render: ({ code }) => (
        <Box component="span" ff="monospace" fw={600}>
          {spellCode(code)}
        </Box>
      ),
    },
    {
      key: "devices",
      header: t("devices"),
      align: "right",
      narrow: "aside",
      render: ({ devices }) =>
        devices === 0 ? (
          <span className="quiet">{t("unused")}</span>
        ) : (
          t("used-of", { used: devices, count: batch.devicesMax })
        ),
    },
  ];
  return (
    <RecordTable
      label={t("codes")}
      columns={columns}
      rows={batch.codes}
      rowKey={(code) => code.id}
    />
  );
}
