import type { EChartsCoreOption } from "echarts/core";
import { FONT_FAMILY } from "../../../shell/theme.ts";
import type { useFormat } from "../../../shell/use-format.ts";
import type { Day } from "./replies.ts";
import { chooseAxis } from "./series.ts";

type Words = Record<"newCustomers" | "returningCustomers" | "anonymousVisits" | "visits", string>;

type ChartInput = {
  days: readonly Day[];
  scheme: "light" | "dark";
  words: Words;
  format: ReturnType<typeof useFormat>;
};

/** One accent in two strengths that differ in lightness too, so that no colour need be told apart. */
const COLOURS = {
  light: {
    returning: "#0b7a75",
    new: "#8fd3cc",
    anonymous: "#7b8786",
    line: "#e9eded",
    ink: "#5c6867",
    surface: "#ffffff",
    text: "#1d2625",
  },
  dark: {
    returning: "#2ca89e",
    new: "#1c625d",
    anonymous: "#95a1a0",
    line: "#222b2a",
    ink: "#95a1a0",
    surface: "#1a2221",
    text: "#e4eae9",
  },
} as const;

/** The drawing of the last days, as ECharts is told it. */
export function describeChart({ days, scheme, words, format }: ChartInput): EChartsCoreOption {
  const colours = COLOURS[scheme];
  const axis = chooseAxis(days);
  const bar = { type: "bar", stack: "customers", barCategoryGap: "28%", cursor: "pointer" };
  return {
    animationDuration: 250,
    animationDurationUpdate: 250,
    textStyle: { fontFamily: FONT_FAMILY },
    grid: { left: 8, right: 8, top: 14, bottom: 10, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: colours.line, opacity: 0.55 } },
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 13, fontFamily: FONT_FAMILY },
      confine: true,
      formatter: (points: { dataIndex: number }[]) =>
        describeDay(days[points[0]?.dataIndex ?? -1], words, format),
    },
    xAxis: {
      type: "category",
      data: days.map((day) => format.day(day.day)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { color: colours.ink, fontSize: 11, hideOverlap: true, margin: 10 },
    },
    yAxis: {
      type: "value",
      max: axis.max,
      interval: axis.step,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: {
        color: colours.ink,
        fontSize: 11,
        formatter: (count: number) => format.count(count),
      },
    },
    series: [
      {
        ...bar,
        name: words.returningCustomers,
        data: days.map((day) => day.returningCustomers),
        itemStyle: { color: colours.returning },
      },
      {
        ...bar,
        name: words.newCustomers,
        data: days.map((day) => day.newCustomers),
        itemStyle: { color: colours.new, borderRadius: [3, 3, 0, 0] },
      },
      {
        type: "line",
        name: words.anonymousVisits,
        data: days.map((day) => day.anonymousVisits),
        symbol: "none",
        lineStyle: { color: colours.anonymous, width: 1.5, type: [4, 3] },
        cursor: "pointer",
      },
    ],
  };
}

/** The tooltip of a day. Its words are our own texts and numbers: nothing a guest typed is in it. */
function describeDay(
  day: Day | undefined,
  words: Words,
  format: ReturnType<typeof useFormat>,
): string {
  if (!day) return "";
  const line = (word: string, count: number) =>
    `<tr><td style="padding-right:18px">${word}</td>` +
    `<td style="text-align:right;font-weight:600;font-variant-numeric:tabular-nums">${format.count(count)}</td></tr>`;
  return (
    `<div style="font-weight:600;margin-bottom:4px">${format.day(day.day, "long")}</div><table>` +
    line(words.newCustomers, day.newCustomers) +
    line(words.returningCustomers, day.returningCustomers) +
    line(words.anonymousVisits, day.anonymousVisits) +
    line(words.visits, day.visits) +
    "</table>"
  );
}
