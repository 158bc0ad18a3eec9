import { Anchor, Box, Button, Group } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, NothingHere, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useMay } from "../../../shell/session.tsx";
import { useFormat } from "../../../shell/use-format.ts";
import type { ActorsReply } from "../schema.ts";
import { readFilters, toQuery } from "./filters.ts";
import { useKindName } from "./replies.ts";
import { useTexts } from "./texts.ts";

type Actor = ActorsReply["actors"][number];
const KINDS_SHOWN = 4;

/** How much each person and key changed, within the days that are chosen. */
export function PeoplePage() {
  const t = useTexts();
  const mayRead = useMay("audit.read");
  const { parameters, change } = useSearchParameters();
  const { from, to } = readFilters(parameters);
  const period = toQuery({ actorId: null, kind: null, recordId: null, search: null, from, to });
  const columns = useColumns({ from, to });
  const { data, error, refetch } = useQuery({
    queryKey: ["audit-actors", period],
    queryFn: ({ signal }) => api.get<ActorsReply>(withQuery("/audit-actors", period), signal),
    select: ({ actors }) => actors,
    enabled: mayRead,
  });
  if (!mayRead) return <NothingHere />;
  return (
    <Page
      title={t("people")}
      summary={t("people-summary")}
      parent={{ path: "/audit", label: t("title") }}
      actions={
        <DatePickerInput
          type="range"
          allowSingleDateInRange
          aria-label={t("days")}
          placeholder={t("any-day")}
          leftSection={<IconCalendar size={16} />}
          value={[from, to]}
          onChange={([first, last]) => change({ from: first, to: last })}
          valueFormat="D MMM YYYY"
          clearable
          w={{ base: "100%", xs: 260 }}
        />
      }
    >
      {error && !data ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {data?.length === 0 ? (
            <Empty
              title={t("none-found")}
              hint={t("none-found-hint")}
              action={
                <Button variant="default" onClick={() => change({ from: null, to: null })}>
                  {t("clear-filters")}
                </Button>
              }
            />
          ) : (
            <RecordTable
              label={t("people")}
              columns={columns}
              rows={data}
              rowKey={({ actorId }) => actorId}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

type Period = { from: string | null; to: string | null };

function useColumns(period: Period): Column<Actor>[] {
  const t = useTexts();
  const format = useFormat();
  const nameKind = useKindName();
  const nameOf = ({ actorName }: Actor) => actorName ?? t("unknown");
  return [
    {
      key: "who",
      header: t("person"),
      narrow: "title",
      wraps: true,
      render: (actor) => (
        <>
          <b>{nameOf(actor)}</b>
          {actor.actorKind === "api-key" && <span className="quiet"> · {t("key")}</span>}
        </>
      ),
    },
    {
      key: "entries",
      header: t("entries"),
      align: "right",
      narrow: "aside",
      render: (actor) => {
        const { actorId, entries } = actor;
        return (
          <Anchor
            component={Link}
            href={withQuery("/audit", { actorId, ...period })}
            fw={600}
            className="figure"
            aria-label={t("entries-of", { who: nameOf(actor), count: entries })}
          >
            {format.count(entries)}
          </Anchor>
        );
      },
    },
    {
      key: "kinds",
      header: t("what-of"),
      wraps: true,
      render: ({ actorId, kinds }) => (
        <Group gap="xs">
          {kinds.slice(0, KINDS_SHOWN).map(({ kind, entries }) => (
            <Anchor
              key={kind}
              component={Link}
              href={withQuery("/audit", { actorId, kind, ...period })}
              size="sm"
            >
              {nameKind(kind)} {format.count(entries)}
            </Anchor>
          ))}
          {kinds.length > KINDS_SHOWN && <span className="quiet">…</span>}
        </Group>
      ),
    },
    { key: "last", header: t("last"), render: ({ lastAt }) => <Moment at={lastAt} /> },
  ];
}
