import { Badge, Box, Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "wouter";
import { useSortByName, useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { OwnerName } from "./owner-name.tsx";
import { type Saved, useSavedList } from "./replies.ts";
import { findMatching, WHOSE } from "./searching.ts";
import { useTexts } from "./texts.ts";
import { useAskedWords } from "./use-asked-words.ts";

/** The reports that somebody kept, and those that are shared with the company. */
export function SavedList() {
  const t = useTexts();
  const sort = useSortByName();
  const columns = useColumns();
  const { parameters, change } = useSearchParameters();
  const { data: list, error, refetch } = useSavedList();
  const search = parameters.get("search") ?? "";
  const whose = WHOSE.find((each) => each === parameters.get("whose")) ?? "all";
  const nameReport = ({ report }: Saved) => t(`report-${report}`);
  const rows = list && sort(findMatching(list, { search, whose, nameReport }));
  return (
    <Page
      title={t("title")}
      summary={list && list.length > 0 && t("counted", { count: rows?.length ?? 0 })}
    >
      {list && list.length > 0 && (
        <Group gap="sm">
          <TextInput
            aria-label={t("search")}
            placeholder={t("search")}
            leftSection={<IconSearch size={16} />}
            value={search}
            onChange={(event) => change({ search: event.currentTarget.value })}
            w={{ base: "100%", xs: 340 }}
          />
          <SegmentedControl
            aria-label={t("whose")}
            value={whose}
            onChange={(value) => change({ whose: value === "all" ? null : value })}
            data={WHOSE.map((value) => ({ value, label: t(`whose-${value}`) }))}
          />
        </Group>
      )}
      {error && !list ? (
        <Failure error={error} retry={refetch} />
      ) : (
        <Box className="surface">
          {list?.length === 0 && <Nothing />}
          {list && list.length > 0 && rows?.length === 0 && (
            <Empty title={t("no-match")} hint={t("no-match-hint")} />
          )}
          {rows?.length !== 0 && (
            <RecordTable label={t("title")} columns={columns} rows={rows} rowKey={({ id }) => id} />
          )}
        </Box>
      )}
    </Page>
  );
}

function Nothing() {
  const t = useTexts();
  return (
    <Empty
      title={t("nothing")}
      hint={t("nothing-hint")}
      action={
        <Button component={Link} href="/reports">
          {t("to-reports")}
        </Button>
      }
    />
  );
}

function useColumns(): Column<Saved>[] {
  const t = useTexts();
  const zone = useZoneOf()(null);
  const sayAsked = useAskedWords();
  return [
    {
      ...{ key: "name", header: t("name"), narrow: "title", wraps: true },
      render: ({ id, name, note }) => (
        <>
          <Link href={`/saved-reports/${id}`} className="record-link">
            {name}
          </Link>
          {note && (
            <Text size="xs" className="quiet two-lines">
              {note}
            </Text>
          )}
        </>
      ),
    },
    {
      ...{ key: "report", header: t("report"), wraps: true },
      render: ({ report }) => t(`report-${report}`),
    },
    {
      ...{ key: "of", header: t("of"), wraps: true },
      render: (saved) => <span className="quiet">{sayAsked(saved)}</span>,
    },
    {
      ...{ key: "owner", header: t("owner"), wraps: true },
      render: (saved) => (
        <Group gap={6} display="inline-flex">
          <OwnerName {...saved} />
          {saved.shared && (
            <Badge size="sm" variant="light">
              {t("is-shared")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      ...{ key: "changed", header: t("changed"), align: "right" },
      render: ({ changedAt }) => <Moment at={changedAt} timeZone={zone} />,
    },
  ];
}
