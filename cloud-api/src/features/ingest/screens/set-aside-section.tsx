import { Button, Progress, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, api } from "../../../shell/api.ts";
import { Refusal } from "../../../shell/failure.tsx";
import { Since } from "../../../shell/moment.tsx";
import { Empty, Section } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useNameOfEvent, useNameOfFeature } from "./names.ts";
import { SET_ASIDE, type SetAside } from "./replies.ts";
import { useTexts } from "./texts.ts";

/** Events that a part of Foyer failed on five times: it goes on without them until they are tried again. */
export function SetAsideSection({ events }: { events: SetAside[] | undefined }) {
  const t = useTexts();
  const retrying = useRetries();
  const columns = useColumns(retrying);
  const many = events !== undefined && events.length > 1 && (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconRefresh size={14} />}
      loading={retrying.done !== null}
      onClick={() => retrying.retry(events)}
    >
      {t("retry-all")}
    </Button>
  );
  return (
    <Section title={t("set-aside")} hint={t("set-aside-hint")} actions={many} flush>
      <Stack gap="xs" px="md" aria-live="polite">
        {retrying.done !== null && retrying.of > 1 && (
          <Progress
            value={(100 * retrying.done) / retrying.of}
            aria-label={t("retried", { done: retrying.done, count: retrying.of })}
          />
        )}
        {retrying.handled > 0 && <Text size="sm">{t("handled", { count: retrying.handled })}</Text>}
        {retrying.failed > 0 && (
          <Text size="sm" c="red" role="alert">
            {t("failed-again", { count: retrying.failed })}
          </Text>
        )}
        <Refusal error={retrying.error} />
      </Stack>
      {events?.length === 0 ? (
        <Empty title={t("nothing-set-aside")} hint={t("nothing-set-aside-hint")} />
      ) : (
        <RecordTable
          label={t("set-aside")}
          columns={columns}
          rows={events}
          rowKey={({ feature, eventId }) => `${feature} ${eventId}`}
        />
      )}
    </Section>
  );
}

type Retries = {
  /** How many of the ones at work were tried; null while none are. */
  done: number | null;
  of: number;
  handled: number;
  failed: number;
  /** What kept the rest from being tried at all. */
  error: unknown;
};

const NONE: Retries = { done: null, of: 0, handled: 0, failed: 0, error: null };

/** One after the other, in the order they happened: a later one may need an earlier one. */
function useRetries() {
  const queries = useQueryClient();
  const [state, setState] = useState<Retries>(NONE);
  const retry = async (events: readonly SetAside[]) => {
    let now: Retries = { ...NONE, done: 0, of: events.length };
    for (const { feature, eventId } of events) {
      setState(now);
      const outcome = await api.post("/set-aside/retry", { feature, eventId }).then(
        () => "handled" as const,
        (error: unknown) => error,
      );
      const code = outcome instanceof ApiError ? outcome.code : null;
      // Somebody else may have retried it, and it is well.
      if (outcome === "handled" || code === "not-found") now = { ...now, handled: now.handled + 1 };
      else if (code === "conflict") now = { ...now, failed: now.failed + 1 };
      else now = { ...now, error: outcome };
      now = { ...now, done: (now.done ?? 0) + 1 };
      if (now.error) break;
    }
    await queries.invalidateQueries({ queryKey: SET_ASIDE });
    setState({ ...now, done: null });
  };
  return { ...state, retry };
}

function useColumns(retrying: ReturnType<typeof useRetries>): Column<SetAside>[] {
  const t = useTexts();
  const nameFeature = useNameOfFeature();
  const nameEvent = useNameOfEvent();
  return [
    {
      key: "what",
      header: t("what"),
      narrow: "title",
      wraps: true,
      render: ({ type }) => (
        <>
          <b>{nameEvent(type)}</b>
          <Text size="xs" className="quiet">
            {type}
          </Text>
        </>
      ),
    },
    {
      key: "feature",
      header: t("missing-in"),
      wraps: true,
      render: ({ feature }) => nameFeature(feature),
    },
    {
      key: "reason",
      header: t("reason"),
      wraps: true,
      render: ({ reason }) => (
        <Text size="xs" ff="monospace" className="any-length">
          {reason}
        </Text>
      ),
    },
    {
      key: "since",
      header: t("last-tried"),
      render: ({ failedAt }) => <Since at={failedAt} />,
    },
    {
      key: "retry",
      header: "",
      align: "right",
      narrow: "aside",
      render: (event) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-label={t("retry-name", {
            what: nameEvent(event.type),
            feature: nameFeature(event.feature),
          })}
          disabled={retrying.done !== null}
          onClick={() => retrying.retry([event])}
        >
          {t("retry")}
        </Button>
      ),
    },
  ];
}
