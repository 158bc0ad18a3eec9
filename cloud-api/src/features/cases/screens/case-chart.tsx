import { Select } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { withQuery } from "../../../shell/api.ts";
import { ChartFigure } from "../../../shell/chart-figure.tsx";
import type { ChartSeries } from "../../../shell/chart-series.ts";
import { addDays } from "../../../shell/format.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { useFormat } from "../../../shell/use-format.ts";
import { useNameSlot } from "../../../shell/use-name-slot.ts";
import type { Period, Report } from "./replies.ts";
import { useTexts } from "./texts.ts";

export const CASE_METRICS = ["count", "time", "return"] as const;
type Metric = (typeof CASE_METRICS)[number];
type Slot = Report["slots"][number];
type Days = { from: string; to: string };

type CaseChartProps = {
  report: Report;
  asked: Period;
  source: ReactNode;
  isStale: boolean;
};

/** How many cases were raised and closed over the days, how soon, and how many of their guests came again. */
export function CaseChart({ report, asked, source, isStale }: CaseChartProps) {
  const t = useTexts();
  const nameSlot = useNameSlot();
  const [, navigate] = useLocation();
  const { parameters, change } = useSearchParameters();
  const metric = CASE_METRICS.find((each) => each === parameters.get("metric")) ?? "count";
  const { series, totals, say } = useMetric(metric, report);
  const opens = (slot: { key: string }, state: string) =>
    withQuery("/cases", {
      ...{ ...asked, state },
      ...daysOfSlot(slot.key, report.step, asked),
    });
  const stateOf = (key: string) => (key === "open" ? "open" : "closed");
  return (
    <ChartFigure
      title={t(`chart-${metric}`)}
      unit={t(`unit-${metric}`)}
      source={source}
      slotHeader={t(`by-${report.step}`)}
      slots={report.slots.map(({ first }) => nameSlot(first, report.step))}
      series={series}
      totals={totals}
      totalsLabel={t("all-days")}
      say={say}
      isTime={metric === "time"}
      isStale={isStale}
      isNewestFirst
      {...(metric === "count" && { hrefOf: (slot, key) => opens(slot, stateOf(key)) })}
      open={(slot) => navigate(opens(slot, metric === "count" ? "all" : "closed"))}
      actions={
        <Select
          size="xs"
          aria-label={t("shown")}
          data={CASE_METRICS.map((value) => ({ value, label: t(`metric-${value}`) }))}
          value={metric}
          onChange={(value) => change({ metric: value === "count" ? null : value })}
          allowDeselect={false}
          w={150}
        />
      }
    />
  );
}

/** The days of a stretch, as far as they are asked about. */
function daysOfSlot(first: string, step: Report["step"], { from, to }: Days): Days {
  const [year = 0, month = 1] = first.split("-").map(Number);
  const lasts = {
    day: first,
    week: addDays(first, 6),
    month: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10),
  };
  const last = lasts[step];
  // Days are compared as texts.
  return { from: first < from ? from : first, to: last > to ? to : last };
}

function useMetric(metric: Metric, { slots, ...all }: Report) {
  const t = useTexts();
  const { count, duration } = useFormat();
  const bar = { form: "bar", stack: "cases" } as const;
  const of = (read: (slot: Slot) => number | null) => slots.map(read);
  const secondsOf = (hours: number | null) => (hours === null ? null : Math.round(hours * 3600));
  const metrics: Record<
    Metric,
    { series: ChartSeries[]; totals: Record<string, number>; say: (value: number) => string }
  > = {
    count: {
      say: count,
      series: [
        {
          ...{ ...bar, key: "closed", name: t("closed"), tone: "accent" },
          values: of(({ closed }) => closed),
        },
        {
          ...{ ...bar, key: "open", name: t("open"), tone: "orange" },
          values: of(({ raised, closed }) => raised - closed),
        },
      ],
      totals: { closed: all.closed, open: all.raised - all.closed },
    },
    time: {
      say: duration,
      series: [
        {
          ...{ form: "bar", key: "time", name: t("time-to-close"), tone: "accent" },
          values: of(({ hoursToClose }) => secondsOf(hoursToClose)),
        },
      ],
      totals: all.hoursToClose === null ? {} : { time: secondsOf(all.hoursToClose) ?? 0 },
    },
    return: {
      say: count,
      series: [
        {
          ...{ ...bar, key: "returned", name: t("came-again"), tone: "accent" },
          values: of(({ returned }) => returned),
        },
        {
          ...{ ...bar, key: "stayed-away", name: t("stayed-away"), tone: "orange" },
          values: of(({ closedOfKnown, returned }) => closedOfKnown - returned),
        },
      ],
      totals: { returned: all.returned, "stayed-away": all.closedOfKnown - all.returned },
    },
  };
  return metrics[metric];
}
