import { Box, Button, Group, Select } from "@mantine/core";
import { useZoneOf } from "../../../shell/branches.ts";
import { Failure } from "../../../shell/failure.tsx";
import { LiveDot } from "../../../shell/live-dot.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { PlaceFilter } from "../../../shell/place-filter.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import {
  readFilters,
  VISIT_KINDS,
  type VisitFilters,
  type VisitKind,
  writeFilters,
} from "./filters.ts";
import { RangeFilter } from "./range-filter.tsx";
import type { Visit } from "./replies.ts";
import { useTexts } from "./texts.ts";
import { VisitTable } from "./visit-table.tsx";

type Choose = (change: Partial<VisitFilters>) => void;

/** The visits of a branch, or of all, over a range of days. */
export function VisitList() {
  const t = useTexts();
  const { parameters, change } = useSearchParameters();
  const filters = readFilters(parameters);
  const choose: Choose = (chosen) => change(writeFilters({ ...filters, ...chosen }));
  const records = useRecords<Visit, "visits">({
    path: "/visits",
    noun: "visits",
    filters: writeFilters(filters),
  });
  const { rows, total } = records;
  return (
    <Page
      title={t("visits")}
      summary={rows && t("visits-counted", { count: total })}
      actions={<LiveDot />}
    >
      <Filters filters={filters} choose={choose} />
      {records.error && !rows ? (
        <Failure error={records.error} retry={records.refetch} />
      ) : (
        <Box className="surface" style={{ opacity: records.isPlaceholderData ? 0.6 : 1 }}>
          {rows?.length === 0 ? (
            <NoVisits filters={filters} choose={choose} />
          ) : (
            <VisitTable rows={rows} without={filters.branchIds.length === 1 ? ["branch"] : []} />
          )}
          {rows && rows.length > 0 && (
            <More
              shown={rows.length}
              total={total}
              isLoading={records.isFetchingNextPage}
              load={records.hasNextPage ? records.fetchNextPage : null}
            />
          )}
        </Box>
      )}
    </Page>
  );
}

type FiltersProps = { filters: VisitFilters; choose: Choose };

function Filters({ filters, choose }: FiltersProps) {
  const t = useTexts();
  const zoneOf = useZoneOf();
  const kinds: Record<VisitKind, string> = {
    new: t("kind-new"),
    returning: t("kind-returning"),
    anonymous: t("kind-anonymous"),
  };
  return (
    <Group gap="sm">
      <PlaceFilter place={filters} choose={choose} />
      <RangeFilter days={filters} choose={choose} timeZone={zoneOf(filters.branchIds[0])} />
      <Select
        aria-label={t("kind")}
        data={[
          { value: "", label: t("kind-any") },
          ...VISIT_KINDS.map((kind) => ({ value: kind, label: kinds[kind] })),
        ]}
        value={filters.kind ?? ""}
        onChange={(kind) => choose({ kind: VISIT_KINDS.find((known) => known === kind) ?? null })}
        allowDeselect={false}
        flex={{ base: 1, xs: "none" }}
        w={{ xs: 210 }}
      />
      <Button
        variant={filters.open ? "light" : "default"}
        aria-pressed={filters.open}
        onClick={() => choose({ open: !filters.open })}
      >
        {t("here-now")}
      </Button>
    </Group>
  );
}

const EVERY_VISIT = readFilters(new URLSearchParams());

function NoVisits({ filters, choose }: FiltersProps) {
  const t = useTexts();
  const isFiltered = Object.values(writeFilters(filters)).some((value) => value !== null);
  if (!isFiltered) return <Empty title={t("no-visits")} hint={t("no-visits-hint")} />;
  if (filters.open && filters.kind === null && filters.from === null)
    return <Empty title={t("nobody-here")} hint={t("nobody-here-hint")} />;
  return (
    <Empty
      title={t("no-visits-found")}
      hint={t("no-visits-found-hint")}
      action={
        <Button variant="default" onClick={() => choose(EVERY_VISIT)}>
          {t("clear-filters")}
        </Button>
      }
    />
  );
}
