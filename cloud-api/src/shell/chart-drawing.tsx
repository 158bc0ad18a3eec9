import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { type ChartInput, describeChart } from "./chart-options.ts";

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

export type ChartDrawingProps = Omit<ChartInput, "scheme" | "isStill"> & {
  height: number;
  /** What is done when a slot is clicked; absent: a slot opens nothing. */
  open?: ((slot: number) => void) | undefined;
};

/**
 * Bars and lines over slots. It says nothing to a screen reader: whoever shows it gives the same numbers
 * as a table. Fetched when a chart is first shown, since it weighs more than the rest together.
 */
export function ChartDrawing({ height, open, ...input }: ChartDrawingProps) {
  // Read at once: a chart on a dark page would first be drawn in the light one's colours.
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);

  useEffect(() => {
    if (!place.current) return;
    const drawn = init(place.current, undefined, { renderer: "svg" });
    chart.current = drawn;
    const observer = new ResizeObserver(() => drawn.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      drawn.dispose();
    };
  }, []);

  const told = JSON.stringify([input.slotTitles, input.series, scheme]);
  const latest = useRef(input);
  latest.current = input;
  useEffect(() => {
    // What has not changed is not drawn anew: whoever points at it would lose what it says.
    if (told !== "") draw(chart.current, { ...latest.current, scheme });
  }, [told, scheme]);

  useEffect(() => {
    const surface = chart.current?.getZr();
    const follow = (event: { offsetX: number; offsetY: number }) => {
      if (!chart.current?.containPixel("grid", [event.offsetX, event.offsetY])) return;
      open?.(Math.round(Number(chart.current.convertFromPixel({ xAxisIndex: 0 }, event.offsetX))));
    };
    surface?.on("click", follow);
    return () => surface?.off("click", follow);
  }, [open]);

  return (
    <div
      ref={place}
      style={{ height, cursor: open ? "pointer" : "default" }}
      aria-hidden
      className="chart"
    />
  );
}

function draw(chart: EChartsType | undefined, input: ChartInput): void {
  // Series that are not there any more would stay.
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart?.setOption(describeChart({ ...input, isStill }), { notMerge: true });
}
