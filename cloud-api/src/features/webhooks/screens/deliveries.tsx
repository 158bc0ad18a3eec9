import { Anchor, Box, Button, Group, Select, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { Failure, Refusal } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { DELIVERY_STATES, PUBLIC_TYPES } from "../rules.ts";
import type { DeliveryReply } from "../schema.ts";
import { DeliveryDialog } from "./delivery-dialog.tsx";
import { ReplayFailed } from "./replay-failed.tsx";
import { type Endpoint, useReplay } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { HERE, Until } from "./until.tsx";
import { OutcomeBadge, useReason, useTypeName } from "./words.tsx";

/** What was sent to an endpoint and what became of it, with the ways to send some again. */
export function Deliveries({ endpoint }: { endpoint: Endpoint }) {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const [looked, look] = useState<string | null>(null);
  const { id } = endpoint;
  const state = DELIVERY_STATES.find((each) => each === parameters.get("state")) ?? null;
  const type = PUBLIC_TYPES.find((each) => each === parameters.get("type")) ?? null;
  const isFiltered = state !== null || type !== null;
  const records = useRecords<DeliveryReply, "deliveries">({
    path: `/webhooks/${id}/deliveries`,
    noun: "deliveries",
    filters: { state, type },
  });
  useLookAgain(records, endpoint);
  const replay = useReplay(id);
  const canReplay = endpoint.state === "on";
  const columns = useColumns({
    look,
    replay: canReplay ? (messageId) => replay.mutate(messageId) : null,
  });
  const { rows } = records;
  const clear = (
    <Button variant="default" onClick={() => change({ state: null, type: null })}>
      {t("clear-filters")}
    </Button>
  );
  return (
    <Section
      title={t("deliveries")}
      hint={t("deliveries-hint")}
      actions={canReplay && <ReplayFailed id={id} />}
      flush
    >
      <Filters state={state} type={type} choose={change} />
      <Box px="md">
        <Refusal error={replay.error} />
      </Box>
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : rows?.length === 0 ? (
        <Empty
          title={t(isFiltered ? "none-found" : "no-deliveries")}
          hint={t(isFiltered ? "none-found-hint" : "no-deliveries-hint")}
          action={isFiltered && clear}
        />
      ) : (
        <Box style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          <RecordTable
            label={t("deliveries")}
            columns={columns}
            rows={rows}
            rowKey={({ messageId }) => messageId}
          />
        </Box>
      )}
      {rows && rows.length > 0 && (
        <More
          shown={rows.length}
          total={records.total}
          isLoading={records.isFetchingNextPage}
          load={records.hasNextPage ? records.fetchNextPage : null}
        />
      )}
      <DeliveryDialog id={id} messageId={looked} close={() => look(null)} />
    </Section>
  );
}

const LOOK_AGAIN_MS = 2000;
/** What is tried again later than this is not waited for. */
const SOON_MS = 60_000;

/** What becomes of messages moves no log that the page hears of: it is looked at while some are on their way. */
function useLookAgain(
  records: { rows: DeliveryReply[] | undefined; refetch: () => unknown },
  { waiting, failedToday, lastDeliveredAt }: Endpoint,
): void {
  const { rows, refetch } = records;
  const isOnItsWay = rows?.some(
    ({ nextAt }) => nextAt !== null && Date.parse(nextAt) < Date.now() + SOON_MS,
  );
  useEffect(() => {
    if (!isOnItsWay) return;
    const timer = setInterval(refetch, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOnItsWay, refetch]);
  const counted = `${waiting} ${failedToday} ${lastDeliveredAt}`;
  useEffect(() => {
    if (counted !== "") refetch();
  }, [counted, refetch]);
}

type FiltersProps = {
  state: string | null;
  type: string | null;
  choose: (change: Record<string, string | null>) => void;
};

function Filters({ state, type, choose }: FiltersProps) {
  const t = useTexts();
  const nameOf = useTypeName();
  return (
    <Group gap="sm" px="md" pb="sm">
      <Select
        aria-label={t("outcome")}
        placeholder={t("any-state")}
        data={DELIVERY_STATES.map((each) => ({ value: each, label: t(`delivery-${each}`) }))}
        value={state}
        onChange={(chosen) => choose({ state: chosen })}
        clearable
        flex={{ base: 1, xs: "none" }}
        w={{ xs: 180 }}
      />
      <Select
        aria-label={t("event")}
        placeholder={t("any-type")}
        data={PUBLIC_TYPES.map((each) => ({ value: each, label: nameOf(each) }))}
        value={type}
        onChange={(chosen) => choose({ type: chosen })}
        clearable
        flex={{ base: 1, xs: "none" }}
        w={{ xs: 240 }}
      />
    </Group>
  );
}

type ColumnActs = {
  look: (messageId: string) => void;
  /** Null: nothing can be sent there now. */
  replay: ((messageId: string) => void) | null;
};

function useColumns({ look, replay }: ColumnActs): Column<DeliveryReply>[] {
  const t = useTexts();
  const nameOf = useTypeName();
  const say = useReason();
  return [
    {
      key: "event",
      header: t("event"),
      narrow: "title",
      wraps: true,
      render: ({ messageId, type }) => (
        <Stack gap={0} align="flex-start">
          <Anchor component="button" size="sm" ta="left" onClick={() => look(messageId)}>
            {nameOf(type)}
          </Anchor>
          <Text size="xs" className="quiet">
            {type}
          </Text>
        </Stack>
      ),
    },
    { key: "when", header: t("when"), render: ({ occurredAt }) => <Moment at={occurredAt} /> },
    {
      key: "outcome",
      header: t("outcome"),
      wraps: true,
      render: (delivery) => (
        <Stack gap={2} align="flex-start">
          <OutcomeBadge state={delivery.state} />
          <Text size="xs" className="quiet">
            {say(delivery)}
            {delivery.nextAt && delivery.attempts > 0 && (
              <>
                {" · "}
                <Until text={t("next-at", { when: HERE })} at={delivery.nextAt} />
              </>
            )}
          </Text>
        </Stack>
      ),
    },
    { key: "attempts", header: t("attempts"), align: "right", render: ({ attempts }) => attempts },
    {
      key: "replay",
      header: "",
      align: "right",
      narrow: "aside",
      render: ({ messageId, type }) =>
        replay && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t("replay-type", { type: nameOf(type) })}
            onClick={() => replay(messageId)}
          >
            {t("replay")}
          </Button>
        ),
    },
  ];
}
