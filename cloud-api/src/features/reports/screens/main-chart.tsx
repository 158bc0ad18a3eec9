import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api, withQuery } from "../../../shell/api.ts";
import { meanOf } from "../../../shell/change.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import type { ChartSeries } from "../../../shell/chart-series.ts";
import { chooseUnit, type Days } from "../../../shell/periods.ts";
import { screenOf } from "../../../shell/report-filters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameSlot } from "../../../shell/use-name-slot.ts";
import type { Asked } from "../../../shell/use-report-filters.ts";
import type { SeriesReply } from "../schema.ts";
import type { FiguresOf, Overview } from "./replies.ts";
import { useSource } from "./source.tsx";
import { useTexts } from "./texts.ts";

export const METRICS = ["customers", "visits", "dwell", "data"] as const;
type Metric = (typeof METRICS)[number];

export function useSeries(query: Record<string, string | null>, days: Days | undefined) {
  return useQuery({
    queryKey: ["report-series", query, days],
    queryFn: ({ signal }) =>
      api.get<SeriesReply>(
        withQuery("/reports/series", {
          ...{ ...query, ...days },
          unit: days ? chooseUnit(days) : null,
        }),
        signal,
      ),
    enabled: days !== undefined,
    placeholderData: (before) => before,
    meta: { live: true },
  });
}

type MainChartProps = { asked: Asked; overview: Overview | undefined };

/** The period over its days, beside the days before. */
export function MainChart({ asked, overview }: MainChartProps) {
  const t = useTexts();
  const nameSlot = useNameSlot();
  const [, navigate] = useLocation();
  const source = useSource();
  const { parameters, change, query, days, zone } = asked;
  const metric = METRICS.find((each) => each === parameters.get("metric")) ?? "customers";
  const now = useSeries(query, days);
  const before = useSeries(query, overview?.before.period);
  const unit = chooseUnit(days);
  const { read, say } = useMetric(metric);
  const points = now.data?.points ?? [];
  const slots = now.data?.points.map((point) => ({
    ...nameSlot(point.slot, unit),
    ...(point.isCorrected ? { note: <sup title={t("corrected-hint")}>{t("corrected")}</sup> } : {}),
  }));
  const earlier: ChartSeries = {
    ...{ key: "before", name: t("period-before"), tone: "quiet", form: "line" },
    values: points.map((_, at) => {
      const point = before.data?.points[at];
      return point ? read(point) : null;
    }),
  };
  const shown = useShown(metric, points, read);
  const openSlot = (slot: string | undefined) => {
    const point = points.find((each) => each.slot === slot);
    return point && screenOf(point.opens[metric === "customers" ? "customers" : "visits"]);
  };
  return (
    <ChartFigure
      title={t(`chart-${metric}`)}
      unit={t(`unit-${metric}`, { unit: t(`per-${unit}`) })}
      source={source(now.data?.freshness, zone)}
      slotHeader={t(`slot-${unit}`)}
      slots={slots}
      series={[...shown, earlier]}
      say={say}
      isTime={metric === "dwell"}
      isStale={now.isPlaceholderData}
      isNewestFirst
      totalsLabel={t("whole-period")}
      {...(now.data ? { totals: totalsOf(now.data.total, read, metric) } : {})}
      hrefOf={(slot, key) => {
        const point = points.find((each) => each.slot === slot.key);
        const name = key as keyof Overview["opens"];
        return point?.opens[name] ? screenOf(point.opens[name]) : undefined;
      }}
      open={(slot) => {
        const address = openSlot(slot.key);
        if (address) navigate(address);
      }}
      actions={
        <Select
          size="xs"
          aria-label={t("metric")}
          data={METRICS.map((value) => ({ value, label: t(`metric-${value}`) }))}
          value={metric}
          onChange={(value) => change({ metric: value === "customers" ? null : value })}
          allowDeselect={false}
          w={150}
        />
      }
    />
  );
}

/** Null: of nothing there is no mean. */
type Read = (of: FiguresOf) => number | null;

/** Of the whole period, where each customer counts once. */
const totalsOf = (total: FiguresOf, read: Read, metric: Metric) => ({
  newCustomers: total.newCustomers,
  returningCustomers: total.returningCustomers,
  [metric]: read(total),
});

function useMetric(metric: Metric) {
  const { count, duration, bytes } = useFormat();
  const metrics: Record<Metric, { read: Read; say: (value: number) => string }> = {
    customers: { read: ({ customers }) => customers, say: count },
    visits: { read: ({ visits }) => visits, say: count },
    dwell: {
      read: ({ dwellSeconds, endedVisits }) => meanOf(dwellSeconds, endedVisits),
      say: duration,
    },
    data: { read: ({ uploadBytes, downloadBytes }) => uploadBytes + downloadBytes, say: bytes },
  };
  return metrics[metric];
}

function useShown(metric: Metric, points: readonly FiguresOf[], read: Read): ChartSeries[] {
  const t = useTexts();
  const bars = { form: "bar", stack: "now" } as const;
  if (metric === "customers")
    return [
      {
        ...{ ...bars, key: "returningCustomers", name: t("returning-customers"), tone: "accent" },
        values: points.map(({ returningCustomers }) => returningCustomers),
      },
      {
        ...{ ...bars, key: "newCustomers", name: t("new-customers"), tone: "pale" },
        values: points.map(({ newCustomers }) => newCustomers),
      },
    ];
  const name = t(`metric-${metric}`);
  const values = points.map(read);
  if (metric === "dwell") return [{ key: "dwell", name, tone: "accent", form: "line", values }];
  return [{ ...bars, key: metric, name, tone: "accent", values }];
}
