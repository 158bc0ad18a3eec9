import { Badge, Button, Stack, Text } from "@mantine/core";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { LEFT_OUT_REASONS } from "../rules.ts";
import { PATH, type ToldVisit } from "./replies.ts";
import { useTexts } from "./texts.ts";

const COLOURS = { waiting: "blue", sent: "green", "left-out": "gray" } as const;
const STATES = ["waiting", "sent", "left-out"] as const;

/** The visits of the last week that were told, by the id that both copies have. */
export function ToldVisits() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const state = STATES.find((each) => each === parameters.get("state")) ?? null;
  const records = useRecords<ToldVisit, "events">({
    path: `${PATH}/events`,
    noun: "events",
    filters: { state },
  });
  const columns = useColumns();
  const { rows } = records;
  const clear = (
    <Button variant="default" size="compact-sm" onClick={() => change({ state: null })}>
      {t("show-all")}
    </Button>
  );
  return (
    <Section
      title={state ? t(`told-${state}`) : t("told")}
      hint={t("told-hint")}
      actions={state !== null && clear}
      flush
    >
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : rows?.length === 0 ? (
        <Empty title={t("none")} hint={t("none-hint")} />
      ) : (
        <RecordTable label={t("told")} columns={columns} rows={rows} rowKey={({ id }) => id} />
      )}
      {rows && rows.length > 0 && (
        <More
          shown={rows.length}
          total={records.total}
          isLoading={records.isFetchingNextPage}
          load={records.hasNextPage ? records.fetchNextPage : null}
        />
      )}
    </Section>
  );
}

function useColumns(): Column<ToldVisit>[] {
  const t = useTexts();
  return [
    {
      key: "at",
      header: t("at"),
      narrow: "title",
      render: ({ occurredAt }) => <Moment at={occurredAt} />,
    },
    {
      key: "state",
      header: t("state"),
      narrow: "aside",
      wraps: true,
      render: (visit) => <State visit={visit} />,
    },
    { key: "branch", header: t("branch"), render: ({ branchName }) => branchName ?? "–" },
    {
      key: "by",
      header: t("by"),
      render: ({ metaPixelId, googleTagId }) =>
        [metaPixelId && "Meta", googleTagId && "Google"].filter(Boolean).join(", "),
    },
    {
      key: "id",
      header: t("event-id"),
      render: ({ id }) => (
        <Text component="code" size="xs" className="any-length">
          {id}
        </Text>
      ),
    },
  ];
}

function State({ visit: { state, reason } }: { visit: ToldVisit }) {
  const t = useTexts();
  const known = LEFT_OUT_REASONS.find((each) => each === reason);
  return (
    <Stack gap={2} align="flex-start">
      <Badge variant="light" color={COLOURS[state]} tt="none">
        {t(`state-${state}`)}
      </Badge>
      {reason !== null && (
        <Text size="xs" className="quiet">
          {known ? t(`reason-${known}`) : reason}
        </Text>
      )}
    </Stack>
  );
}
