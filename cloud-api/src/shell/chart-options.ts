import type { EChartsCoreOption } from "echarts/core";
import { CHART_COLOURS, DASHES, type Scheme } from "./chart-colours.ts";
import { type ChartSeries, chooseAxis } from "./chart-series.ts";
import { FONT_FAMILY } from "./theme.ts";

export type ChartInput = {
  /** The short words below the axis. */
  slots: readonly string[];
  /** The whole words of each slot, above its numbers. */
  slotTitles: readonly string[];
  series: readonly ChartSeries[];
  scheme: Scheme;
  /** A number with its unit, beside the name of its series. */
  say: (value: number) => string;
  /** A number at the axis; the same if not given. */
  sayShort?: (value: number) => string;
  /** Whoever asks their device for less motion gets none. */
  isStill?: boolean;
  /** The numbers are seconds. */
  isTime?: boolean;
};

/** The drawing as ECharts is told it. */
export function describeChart(input: ChartInput): EChartsCoreOption {
  const { slots, slotTitles, series, scheme, say, isTime = false } = input;
  const colours = CHART_COLOURS[scheme];
  const axis = chooseAxis(series, { isTime });
  const { fontFamily, line, ink } = { fontFamily: FONT_FAMILY, ...colours };
  return {
    animation: !input.isStill,
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: { fontFamily },
    grid: { left: 8, right: 8, top: 14, bottom: 10, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: line, opacity: 0.55 } },
      backgroundColor: colours.surface,
      borderColor: line,
      textStyle: { color: colours.text, fontSize: 13, fontFamily },
      confine: true,
      formatter: (points: { dataIndex: number }[]) => {
        const at = points[0]?.dataIndex ?? -1;
        return describeSlot({ title: slotTitles[at] ?? "", at, series, scheme, say });
      },
    },
    xAxis: {
      type: "category",
      data: [...slots],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: ink, fontSize: 11, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      max: axis.max,
      interval: axis.step,
      splitLine: { lineStyle: { color: line } },
      axisLabel: { color: ink, fontSize: 11, formatter: input.sayShort ?? say },
    },
    series: series.map((each) => describeSeries(each, { series, scheme })),
  };
}

function describeSeries(
  each: ChartSeries,
  { series, scheme }: { series: readonly ChartSeries[]; scheme: Scheme },
): object {
  const colours = CHART_COLOURS[scheme];
  const values = [...each.values];
  const { name, tone, stack } = each;
  const shown = { name, data: values, cursor: "pointer" };
  if (each.form === "line")
    return {
      ...{ ...shown, type: "line", symbol: "circle", symbolSize: 5 },
      showSymbol: hasLonePoint(values),
      lineStyle: {
        color: colours[tone],
        width: tone === "accent" ? 2.5 : 1.75,
        type: DASHES[tone],
      },
      itemStyle: { color: colours[tone] },
    };
  const isTop = series.findLast((other) => other.form === "bar" && other.stack === stack) === each;
  return {
    ...{ ...shown, type: "bar", barCategoryGap: "28%", barMaxWidth: 44 },
    ...(stack === undefined ? {} : { stack }),
    itemStyle: { color: colours[tone], borderRadius: isTop ? [3, 3, 0, 0] : 0 },
  };
}

/** Whether a point has none on either side: no line leads through it. */
const hasLonePoint = (values: readonly (number | null)[]): boolean =>
  values.some(
    (value, at) =>
      value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  );

type Slot = Pick<ChartInput, "series" | "scheme" | "say"> & { title: string; at: number };

/** What the pointer is told of a slot. Names may be a company's own, such as those of branches. */
function describeSlot({ title, at, series, scheme, say }: Slot): string {
  const line = ({ name, values, tone }: ChartSeries) => {
    const value = values[at] ?? null;
    const dot = `<span style="display:inline-block;width:9px;height:9px;border-radius:3px;margin-right:8px;background:${CHART_COLOURS[scheme][tone]}"></span>`;
    return (
      `<tr><td style="padding-right:18px">${dot}${escapeText(name)}</td>` +
      `<td style="text-align:right;font-weight:600;font-variant-numeric:tabular-nums">${value === null ? "–" : escapeText(say(value))}</td></tr>`
    );
  };
  return `<div style="font-weight:600;margin-bottom:4px">${escapeText(title)}</div><table>${series.map(line).join("")}</table>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? "");
