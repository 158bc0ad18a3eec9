import { Box, Button, Group, Select } from "@mantine/core";
import { DatePickerInput } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { BranchFilter } from "../../../shell/branch-filter.tsx";
import { useZoneOf } from "../../../shell/branches.ts";
import { useNow } from "../../../shell/clock.ts";
import { Failure } from "../../../shell/failure.tsx";
import { readDay } from "../../../shell/format.ts";
import { LiveDot } from "../../../shell/live-dot.tsx";
import { Empty, Page } from "../../../shell/page.tsx";
import { More, useRecords } from "../../../shell/paging.tsx";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import {
  listRanges,
  readFilters,
  VISIT_KINDS,
  type VisitFilters,
  type VisitKind,
  writeFilters,
} from "./filters.ts";
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
            <VisitTable rows={rows} without={filters.branchId ? ["branch"] : []} />
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
  const kinds: Record<VisitKind, string> = {
    new: t("kind-new"),
    returning: t("kind-returning"),
    anonymous: t("kind-anonymous"),
  };
  return (
    <Group gap="sm">
      <BranchFilter branchId={filters.branchId} choose={(branchId) => choose({ branchId })} />
      <RangeFilter filters={filters} choose={choose} />
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

function RangeFilter({ filters, choose }: FiltersProps) {
  const t = useTexts();
  const now = useNow();
  const zoneOf = useZoneOf();
  const ranges = listRanges(readDay(now, zoneOf(filters.branchId)));
  const preset = (name: keyof typeof ranges) => ({
    value: [ranges[name].from, ranges[name].to] as [string, string],
    label: t(`range-${name}`),
  });
  return (
    <DatePickerInput
      type="range"
      allowSingleDateInRange
      aria-label={t("range")}
      placeholder={t("range-any")}
      leftSection={<IconCalendar size={16} />}
      value={[filters.from, filters.to]}
      onChange={([from, to]) => choose({ from, to })}
      valueFormat="D MMM YYYY"
      presets={[preset("today"), preset("yesterday"), preset("week"), preset("month")]}
      maxDate={ranges.today.to}
      clearable
      w={{ base: "100%", xs: 280 }}
      classNames={{ datePickerRoot: "day-ranges", presetsList: "day-ranges-list" }}
    />
  );
}

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
        <Button
          variant="default"
          onClick={() => choose({ branchId: null, from: null, to: null, kind: null, open: false })}
        >
          {t("clear-filters")}
        </Button>
      }
    />
  );
}
