import { useComputedColorScheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useFormat } from "../../../shell/use-format.ts";
import { describeChart } from "./chart-options.ts";
import { linkToVisits } from "./filters.ts";
import type { Day } from "./replies.ts";
import { useTexts } from "./texts.ts";

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

type DayChartProps = { days: readonly Day[]; branchId: string | null; height: number };

/** Customers a day, new on returning, with the anonymous visits as a line apart. A day opens its visits. */
export function DayChart({ days, branchId, height }: DayChartProps) {
  const t = useTexts();
  const format = useFormat();
  const [, navigate] = useLocation();
  const scheme = useComputedColorScheme("light");
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

  useEffect(() => {
    const words = {
      newCustomers: t("new-customers"),
      returningCustomers: t("returning-customers"),
      anonymousVisits: t("anonymous-visits"),
      visits: t("visits"),
    };
    chart.current?.setOption(describeChart({ days, scheme, words, format }));
  }, [days, scheme, t, format]);

  useEffect(() => {
    const surface = chart.current?.getZr();
    const open = (event: { offsetX: number; offsetY: number }) => {
      const point = [event.offsetX, event.offsetY];
      if (!chart.current?.containPixel("grid", point)) return;
      const found = chart.current.convertFromPixel({ xAxisIndex: 0 }, event.offsetX);
      const day = days[Math.round(Number(found))];
      if (day) navigate(linkToVisits({ branchId, from: day.day, to: day.day }));
    };
    surface?.on("click", open);
    return () => surface?.off("click", open);
  }, [days, branchId, navigate]);

  return <div ref={place} style={{ height, cursor: "pointer" }} aria-hidden className="chart" />;
}
