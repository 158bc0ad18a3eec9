import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import type { ChartSeries } from "../../../shell/chart-series.ts";
import { chooseUnit, countDays, type Unit } from "../../../shell/periods.ts";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameSlot } from "../../../shell/use-name-slot.ts";
import { useReportFilters } from "../../../shell/use-report-filters.ts";
import type { OverviewReply, SeriesReply } from "../schema.ts";
import { PlaceTable } from "./place-table.tsx";
import type { Overview, Point } from "./replies.ts";
import { ReportPage } from "./report-page.tsx";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";

const UNITS = ["day", "week", "month"] as const;
/** More bars than that are a carpet. */
const SLOTS_MAX = 200;

/** New and returning customers over time, and branch by branch. */
export function NewReturning() {
  const t = useTexts();
  const format = useFormat();
  const source = useSource();
  const nameSlot = useNameSlot();
  const [, navigate] = useLocation();
  const asked = useReportFilters();
  const { query, days, parameters, change, zone } = asked;
  const fits = UNITS.filter((each) => each !== "day" || countDays(days) <= SLOTS_MAX);
  const standard = chooseUnit(days) === "hour" ? "day" : chooseUnit(days);
  const unit: Unit = fits.find((each) => each === parameters.get("unit")) ?? standard;
  const series = useQuery({
    queryKey: ["report-series", query, unit],
    queryFn: ({ signal }) =>
      api.get<SeriesReply>(withQuery("/reports/series", { ...query, unit }), signal),
    placeholderData: (before) => before,
  });
  const by = parameters.get("by") === "brand" ? "brand" : null;
  const overview = useQuery({
    queryKey: ["report-overview", query, by],
    queryFn: ({ signal }) =>
      api.get<OverviewReply>(withQuery("/reports/overview", { ...query, by }), signal),
    placeholderData: (before) => before,
  });
  const points = series.data?.points ?? [];
  const slots = series.data?.points.map(({ slot }) => nameSlot(slot, unit));
  const find = (slot: string) => points.find((each) => each.slot === slot);
  const shown = useShown(points);
  const total = series.data?.total;
  return (
    <ReportPage
      name="new-returning"
      summary={
        total &&
        t("summary-new-returning", {
          customers: format.count(total.customers),
          fresh: format.count(total.newCustomers),
          returning: format.count(total.returningCustomers),
        })
      }
      error={series.data ? null : series.error}
      retry={series.refetch}
      files={[
        { name: "series", label: t("chart-customers"), query: { ...query, unit } },
        { name: "overview", label: t(by ? "by-brand" : "by-branch"), query: { ...query, by } },
      ]}
    >
      <ChartFigure
        title={t("chart-customers")}
        unit={t("unit-customers", { unit: t(`per-${unit}`) })}
        source={source(series.data?.freshness, zone)}
        slotHeader={t(`slot-${unit}`)}
        slots={slots}
        series={shown}
        say={format.count}
        isNewestFirst
        isStale={series.isPlaceholderData}
        totalsLabel={t("whole-period")}
        {...(total ? { totals: { ...total } } : {})}
        hrefOf={(slot, key) => {
          const address = find(slot.key)?.opens[key as keyof Overview["opens"]];
          return address === undefined ? undefined : screenOf(address);
        }}
        open={(slot) => {
          const point = find(slot.key);
          if (point) navigate(screenOf(point.opens.customers));
        }}
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t("unit")}
            value={unit}
            onChange={(value) => change({ unit: value })}
            data={fits.map((value) => ({ value, label: t(`slot-${value}`) }))}
          />
        }
      />
      <PlaceTable overview={overview.data} asked={asked} />
    </ReportPage>
  );
}

function useShown(points: readonly Point[]): ChartSeries[] {
  const t = useTexts();
  const bars = { form: "bar", stack: "customers" } as const;
  return [
    {
      ...{ ...bars, key: "returningCustomers", name: t("returning-customers"), tone: "accent" },
      values: points.map(({ returningCustomers }) => returningCustomers),
    },
    {
      ...{ ...bars, key: "newCustomers", name: t("new-customers"), tone: "pale" },
      values: points.map(({ newCustomers }) => newCustomers),
    },
    {
      ...{ key: "anonymousVisits", name: t("anonymous-visits"), tone: "orange", form: "line" },
      values: points.map(({ anonymousVisits }) => anonymousVisits),
    },
  ];
}
