import { expect, test } from "vitest";
import { CHART_COLOURS, DASHES, heatOf, SIDE_BY_SIDE } from "./chart-colours.ts";
import { type ChartSeries, chooseAxis, chooseAxisStep, isEmptyChart } from "./chart-series.ts";

const bars = (key: string, values: (number | null)[], stack?: string): ChartSeries => ({
  ...{ key, name: key, tone: "accent", form: "bar", values },
  ...(stack === undefined ? {} : { stack }),
});

test.each([
  [3, 1],
  [4, 1],
  [9, 5],
  [100, 50],
  [1234, 500],
])("an axis up to %i has lines %i apart", (max, step) => {
  expect(chooseAxisStep(max)).toBe(step);
});

test("people come whole: no line stands between two of them", () => {
  expect(chooseAxisStep(1)).toBe(1);
});

test("an axis reaches as high as what stands on each other, and no stack beside another", () => {
  const stacked = [
    bars("new", [3, 4], "all"),
    bars("returning", [5, null], "all"),
    bars("x", [6, 1]),
  ];
  expect(chooseAxis(stacked)).toEqual({ max: 8, step: 2 });
});

test("an axis of time has lines at minutes, quarters and hours", () => {
  expect(chooseAxis([bars("a", [5000])], { isTime: true })).toEqual({ max: 5400, step: 1800 });
  expect(chooseAxis([bars("a", [20])], { isTime: true })).toEqual({ max: 60, step: 60 });
  expect(chooseAxis([bars("a", [900_000])], { isTime: true }).step).toBe(5 * 86_400);
});

test("a chart without a number but nought has nothing to draw", () => {
  expect(isEmptyChart([bars("a", [0, null])])).toBe(true);
  expect(isEmptyChart([bars("a", [0, null]), bars("b", [0, 1])])).toBe(false);
});

test("a number that is not nought is never as pale as nought, and the highest is strongest", () => {
  expect(heatOf(0, 10)).toBe(0);
  expect(heatOf(1, 1000)).toBe(1);
  expect(heatOf(1000, 1000)).toBe(5);
  expect(heatOf(3, 0)).toBe(0);
});

/** WCAG 2.2 relative luminance. */
function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (one: string, other: string) => {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

test.each(["light", "dark"] as const)(
  "by %s every line stands out from the page, and no two are dashed alike",
  (scheme) => {
    const colours = CHART_COLOURS[scheme];
    // Amber is as light as Okabe and Ito have it: its dashes are the longest.
    for (const tone of SIDE_BY_SIDE)
      expect(contrast(colours[tone], colours.surface), tone).toBeGreaterThan(
        tone === "amber" ? 2.3 : 3,
      );
    expect(new Set(SIDE_BY_SIDE.map((tone) => String(DASHES[tone]))).size).toBe(
      SIDE_BY_SIDE.length,
    );
    expect(contrast(colours.accent, colours.pale)).toBeGreaterThan(2);
  },
);
