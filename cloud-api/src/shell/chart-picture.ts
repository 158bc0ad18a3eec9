import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { CHART_COLOURS } from "./chart-colours.ts";
import { type ChartInput, describeChart } from "./chart-options.ts";
import { FONT_FAMILY } from "./theme.ts";

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, CanvasRenderer]);

/** As wide as a slide or a chat shows it, and twice as fine. */
const SIZE = { width: 1200, height: 675, devicePixelRatio: 2 };
const EDGE = 32;

export type PictureInput = Omit<ChartInput, "scheme" | "isStill"> & {
  title: string;
  unit: string;
  source: string;
};

/**
 * A chart as a PNG (a data: address) that can stand alone: on white, with its title, unit and when its
 * numbers were counted.
 */
export function pictureChart(input: PictureInput): string {
  const place = document.createElement("div");
  const chart = init(place, undefined, { renderer: "canvas", ...SIZE });
  try {
    chart.setOption(describePicture(input));
    return chart.getDataURL({ type: "png", pixelRatio: SIZE.devicePixelRatio });
  } finally {
    chart.dispose();
  }
}

function describePicture({ title, unit, source, ...input }: PictureInput): EChartsCoreOption {
  const { surface, text, ink } = CHART_COLOURS.light;
  const wide = { width: SIZE.width - 2 * EDGE, overflow: "truncate" };
  return {
    ...describeChart({ ...input, scheme: "light", isStill: true }),
    backgroundColor: surface,
    grid: { left: EDGE, right: EDGE, top: 128, bottom: 64, containLabel: true },
    legend: {
      ...{ show: input.series.length > 1, right: EDGE, top: 92, itemWidth: 22, itemHeight: 11 },
      textStyle: { color: ink, fontSize: 15, fontFamily: FONT_FAMILY },
    },
    title: [
      {
        ...{ text: title, subtext: unit, left: EDGE, top: 26 },
        textStyle: { ...wide, color: text, fontSize: 26, fontFamily: FONT_FAMILY },
        subtextStyle: { ...wide, color: ink, fontSize: 16, fontFamily: FONT_FAMILY },
      },
      {
        ...{ text: source, left: EDGE, bottom: 22 },
        textStyle: {
          ...{ ...wide, color: ink, fontSize: 14, fontWeight: "normal" },
          fontFamily: FONT_FAMILY,
        },
      },
    ],
  };
}
