import { Box, Group, Select, Text } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { useMarkNames } from "../../../shell/marks.ts";
import { Moment } from "../../../shell/moment.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { type Column, RecordTable } from "../../../shell/record-table.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import type { MembersReply } from "../schema.ts";
import { CustomerName } from "./customer-name.tsx";
import { type Searchable, SearchInput } from "./search-input.tsx";
import { useTexts } from "./texts.ts";

type Member = MembersReply["members"][number];

/** Members of the company, with what they have over all brands. */
export function MemberPage() {
  const t = useTexts();
  const format = useFormat();
  const { parameters } = useSearchParameters();
  const filters = { search: parameters.get("search"), tierId: parameters.get("tierId") };
  const records = useRecords<Member, "members", Searchable>({
    path: "/members",
    noun: "members",
    filters,
  });
  const { rows, total, isTotalExact } = records;
  const isFiltered = filters.search !== null || filters.tierId !== null;
  const columns = useColumns();
  const counted = isTotalExact
    ? t("counted", { count: total })
    : t("counted-more", { count: format.count(total) });
  return (
    <Page title={t("title")} summary={rows && counted}>
      <Group gap="sm">
        {records.data?.pages[0]?.maySearch && <SearchInput />}
        <TierFilter />
      </Group>
      <Text size="sm" className="quiet">
        {t("hint")}
      </Text>
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <Empty
              title={t(isFiltered ? "none-found" : "none")}
              hint={t(isFiltered ? "none-found-hint" : "none-hint")}
            />
          ) : (
            <RecordTable
              label={t("title")}
              columns={columns}
              rows={rows}
              rowKey={(member) => member.id}
            />
          )}
          {rows && rows.length > 0 && (
            <More
              shown={rows.length}
              total={total}
              isTotalExact={isTotalExact}
              isLoading={records.isFetchingNextPage}
              load={records.hasNextPage ? records.fetchNextPage : null}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

function TierFilter() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const tiers = useMarkNames()?.tiers ?? [];
  if (tiers.length === 0) return null;
  return (
    <Select
      aria-label={t("tier")}
      placeholder={t("any-tier")}
      data={tiers.map(({ id, name }) => ({ value: id, label: name }))}
      value={parameters.get("tierId")}
      onChange={(tierId) => change({ tierId })}
      clearable
      w={{ base: "100%", xs: 180 }}
    />
  );
}

function useColumns(): Column<Member>[] {
  const t = useTexts();
  const format = useFormat();
  const zone = useZoneOf()(null);
  return [
    {
      key: "name",
      header: t("name"),
      narrow: "title",
      wraps: true,
      render: ({ id, name, unnamed }) => <CustomerName {...{ id, name, unnamed }} />,
    },
    { key: "tier", header: t("tier"), render: ({ tier }) => tier?.name ?? "–" },
    {
      key: "points",
      header: t("points"),
      align: "right",
      render: ({ points }) => (points === null ? "–" : format.count(points)),
    },
    {
      key: "visits",
      header: t("visits"),
      align: "right",
      render: ({ visits }) => format.count(visits),
    },
    {
      key: "last",
      header: t("last"),
      render: ({ lastVisitAt }) =>
        lastVisitAt ? <Moment at={lastVisitAt} timeZone={zone} /> : "–",
    },
  ];
}
