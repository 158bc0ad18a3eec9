import { COLOURS, type Pen, write, writeUpTo } from "./print-pen.ts";
import type { Chart, ChartSeries } from "./printed.ts";

type Place = { x: number; y: number; width: number; height: number };
const LABEL = 7;
const LEGEND_HEIGHT = 16;
const BAR_LABELS = 150;
const GRID_LABELS = 60;

export function drawChart(pen: Pen, chart: Chart, place: Place): void {
  const below = { ...place, y: place.y + LEGEND_HEIGHT, height: place.height - LEGEND_HEIGHT };
  if (chart.form === "grid") drawGrid(pen, chart, place);
  else drawLegend(pen, chart.series, place);
  if (chart.form === "columns") drawColumns(pen, chart, below);
  if (chart.form === "bars") drawBars(pen, chart, below);
}

type Series = Extract<Chart, { form: "columns" | "bars" }>;
const colourOf = (at: number): string =>
  COLOURS.series[at % COLOURS.series.length] ?? COLOURS.accent;

/** What is drawn, and so what its numbers are of. */
function drawLegend(pen: Pen, series: readonly ChartSeries[], { x, y }: Place): void {
  let at = x;
  for (const [index, { name }] of series.entries()) {
    pen.page.rect(at, y + 1, 8, 8).fill(colourOf(index));
    write(pen, name, { x: at + 12, y, size: LABEL + 1, colour: COLOURS.ink });
    at += pen.ruler(name, { size: LABEL + 1 }) + 28;
  }
}

/** The whole of each label: its series on each other. */
export const totalsOf = ({ labels, series }: Pick<Series, "labels" | "series">): number[] =>
  labels.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0));

/** Round steps from nought to at least the highest: 1, 2 or 5 times a power of ten, whole numbers. */
export function listTicks(highest: number, most = 4): number[] {
  const rough = Math.max(1, highest / most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= rough) ?? rough;
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

function drawColumns(pen: Pen, chart: Series, { x, y, width, height }: Place): void {
  const ticks = listTicks(Math.max(0, ...totalsOf(chart)));
  const top = ticks.at(-1) ?? 1;
  const names = ticks.map(pen.count);
  const left = x + Math.max(...names.map((name) => pen.ruler(name, { size: LABEL }))) + 6;
  const bottom = y + height - 14;
  const scale = (bottom - y - 4) / top;
  for (const [at, tick] of ticks.entries()) {
    const level = bottom - tick * scale;
    pen.page.moveTo(left, level).lineTo(x + width, level);
    pen.page.lineWidth(0.4).strokeColor(COLOURS.line).stroke();
    const place = { x: left - 4, y: level - LABEL * 0.65, size: LABEL, colour: COLOURS.ink };
    writeUpTo(pen, names[at] ?? "", place);
  }
  const step = (x + width - left) / Math.max(1, chart.labels.length);
  const thick = Math.min(36, step * 0.7);
  for (const at of chart.labels.keys()) {
    let level = bottom;
    for (const [index, { values }] of chart.series.entries()) {
      const tall = (values[at] ?? 0) * scale;
      level -= tall;
      if (tall > 0)
        pen.page
          .rect(left + at * step + (step - thick) / 2, level, thick, tall)
          .fill(colourOf(index));
    }
  }
  drawLabels(pen, chart.labels, { left, step, y: bottom + 4 });
}

/** As many as stand beside each other without touching. */
function drawLabels(
  pen: Pen,
  labels: readonly string[],
  { left, step, y }: { left: number; step: number; y: number },
): void {
  const widest = Math.max(0, ...labels.map((label) => pen.ruler(label, { size: LABEL })));
  const every = Math.max(1, Math.ceil((widest + 6) / step));
  for (const [at, label] of labels.entries()) {
    if (at % every !== 0) continue;
    const wide = pen.ruler(label, { size: LABEL });
    const middle = left + (at + 0.5) * step - wide / 2;
    const x = Math.max(left, Math.min(middle, left + labels.length * step - wide));
    write(pen, label, { x, y, size: LABEL, colour: COLOURS.ink });
  }
}

function drawBars(pen: Pen, chart: Series, { x, y, width, height }: Place): void {
  const totals = totalsOf(chart);
  const names = totals.map(pen.count);
  const right = Math.max(0, ...names.map((name) => pen.ruler(name, { size: LABEL }))) + 8;
  const scale = (width - BAR_LABELS - right) / Math.max(1, ...totals);
  const step = height / Math.max(1, chart.labels.length);
  for (const [at, label] of chart.labels.entries()) {
    const middle = y + (at + 0.5) * step;
    const text = { y: middle - LABEL * 0.65, size: LABEL };
    const shown = shorten(label, (each) => pen.ruler(each, { size: LABEL }) <= BAR_LABELS - 8);
    write(pen, shown, { ...text, x });
    let from = x + BAR_LABELS;
    for (const [index, { values }] of chart.series.entries()) {
      const long = (values[at] ?? 0) * scale;
      if (long > 0) pen.page.rect(from, middle - 5, long, 10).fill(colourOf(index));
      from += long;
    }
    write(pen, names[at] ?? "", { ...text, x: from + 4, colour: COLOURS.ink });
  }
}

/** The table below has the whole of it. */
function shorten(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) return text;
  let short = text;
  while (short !== "" && !fits(`${short}…`)) short = short.slice(0, -1);
  return `${short}…`;
}

type Grid = Extract<Chart, { form: "grid" }>;

function drawGrid(pen: Pen, chart: Grid, { x, y, width, height }: Place): void {
  const { name, rows, columns, values } = chart;
  const highest = Math.max(0, ...values.flat().map((value) => value ?? 0));
  drawScale(pen, { name, highest }, { x, y });
  const top = y + LEGEND_HEIGHT + 12;
  const wide = (width - GRID_LABELS) / Math.max(1, columns.length);
  const tall = (height - LEGEND_HEIGHT - 12) / Math.max(1, rows.length);
  drawLabels(pen, columns, { left: x + GRID_LABELS, step: wide, y: top - 10 });
  for (const [down, row] of rows.entries()) {
    const level = top + down * tall;
    write(pen, row, { x, y: level + tall / 2 - LABEL * 0.65, size: LABEL, colour: COLOURS.ink });
    for (const [across, value] of (values[down] ?? []).entries()) {
      if (value === null) continue;
      const field = pen.page.rect(x + GRID_LABELS + across * wide, level, wide - 1, tall - 1);
      field.fillOpacity(shade(value, highest)).fill(COLOURS.accent).fillOpacity(1);
    }
  }
}

/** Nothing is a field that can still be seen. */
const shade = (value: number, highest: number): number =>
  highest === 0 ? 0.05 : 0.05 + 0.95 * (value / highest);

/** From nothing to the most. */
function drawScale(
  pen: Pen,
  { name, highest }: { name: string; highest: number },
  { x, y }: { x: number; y: number },
): void {
  const size = LABEL + 1;
  write(pen, name, { x, y, size, colour: COLOURS.ink });
  let at = x + pen.ruler(name, { size }) + 12;
  for (const [text, share] of [
    [pen.count(0), 0],
    [pen.count(highest), 1],
  ] as const) {
    const field = pen.page.rect(at, y + 1, 8, 8);
    field.fillOpacity(shade(share, 1)).fill(COLOURS.accent).fillOpacity(1);
    write(pen, text, { x: at + 12, y, size, colour: COLOURS.ink });
    at += pen.ruler(text, { size }) + 28;
  }
}
