import type { Tone } from "./chart-colours.ts";

/** Numbers over the same slots, drawn as bars or as a line. Null: there is none. */
export type ChartSeries = {
  key: string;
  name: string;
  tone: Tone;
  form: "bar" | "line";
  values: readonly (number | null)[];
  /** Bars of one stack stand on each other. */
  stack?: string;
};

/** A round step for an axis of about `ticks` lines; never less than `least`, since people come whole. */
export function chooseAxisStep(max: number, { ticks = 4, least = 1 } = {}): number {
  const rough = Math.max(least, max / ticks);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10;
  return Math.max(least, step * power);
}

/** What a clock has lines at: seconds of minutes, quarters and hours. */
const CLOCK_STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

function chooseClockStep(max: number): number {
  const fits = CLOCK_STEPS.find((step) => step * 4 >= max);
  return fits ?? chooseAxisStep(max / 86_400) * 86_400;
}

/** How far the axis must reach for all series, in whole steps. */
export function chooseAxis(
  series: readonly ChartSeries[],
  { isTime = false } = {},
): { max: number; step: number } {
  const heights = new Map<string, number>();
  let highest = 1;
  for (const { key, stack = key, values } of series)
    values.forEach((value, slot) => {
      const at = `${stack} ${slot}`;
      const height = (heights.get(at) ?? 0) + (value ?? 0);
      heights.set(at, height);
      highest = Math.max(highest, height);
    });
  const step = isTime ? chooseClockStep(highest) : chooseAxisStep(highest);
  return { max: Math.ceil(highest / step) * step, step };
}

/** Whether there is anything to draw. */
export const isEmptyChart = (series: readonly ChartSeries[]): boolean =>
  series.every(({ values }) => values.every((value) => !value));
