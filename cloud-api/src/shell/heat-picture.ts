import { CHART_COLOURS, HEAT_COLOURS, heatOf } from "./chart-colours.ts";
import type { HeatMapProps } from "./heat-map.tsx";
import { drawPicture, PICTURE, PICTURE_ROWS_MAX, type PictureWords, writeWith } from "./picture.ts";

const ROW = 40;
const GAP = 3;
const SUM_WIDTH = 76;
export type HeatPicture = Pick<
  HeatMapProps,
  "rows" | "columns" | "numberOf" | "none" | "sayShort" | "highest" | "hasNames" | "hasSums"
> &
  PictureWords & {
    /** Above the sums. */
    total: string;
  };

type Cell = { words: string; fill: string | null; ink: string };

/** A heat map as a PNG (a data: address) that can stand alone: on white, with its title, unit and source. */
export function pictureHeat(input: HeatPicture): string {
  const rows = listRows(input);
  return drawPicture(input, {
    height: (rows.length + 1) * ROW,
    draw: (pen, top) => drawTable(pen, { ...input, top }, rows),
  });
}

function listRows(input: HeatPicture) {
  const { rows, columns, numberOf, none, sayShort, highest, hasSums, total } = input;
  const shown = rows.slice(0, PICTURE_ROWS_MAX);
  const numbers = shown.map((row) => columns.map((column) => numberOf(row.key, column.key)));
  const top = highest ?? Math.max(0, ...numbers.flat().map((value) => value ?? 0));
  const { ink } = CHART_COLOURS.light;
  const sumOf = (values: readonly (number | null)[]): Cell => ({
    ...{ fill: null, ink },
    words: sayShort(values.reduce<number>((sum, value) => sum + (value ?? 0), 0)),
  });
  const toCell = (value: number | null): Cell => {
    if (value === null) return { words: none ? "–" : "", fill: null, ink };
    const { fill, ink: written } = HEAT_COLOURS[heatOf(value, top)] ?? HEAT_COLOURS[0];
    return { words: sayShort(value), fill, ink: written };
  };
  const body = shown.map(({ short }, at) => {
    const values = numbers[at] ?? [];
    return { name: short, cells: [...values.map(toCell), ...(hasSums ? [sumOf(values)] : [])] };
  });
  // The sum of a column is of all rows: it stands where all are shown.
  if (!hasSums || shown.length < rows.length) return body;
  const sums = columns.map((_, at) => sumOf(numbers.map((values) => values[at] ?? null)));
  return [...body, { name: total, cells: [...sums, sumOf(numbers.flat())] }];
}

function drawTable(
  pen: CanvasRenderingContext2D,
  { columns, hasNames, hasSums, total, top }: HeatPicture & { top: number },
  rows: ReturnType<typeof listRows>,
): void {
  const write = writeWith(pen);
  const { ink } = CHART_COLOURS.light;
  const names = hasNames ? 220 : 72;
  const sums = hasSums ? SUM_WIDTH : 0;
  const step = (PICTURE.width - 2 * PICTURE.edge - names - sums) / Math.max(1, columns.length);
  const placeOf = (at: number) => ({
    x: PICTURE.edge + names + at * step,
    wide: (at < columns.length ? step : SUM_WIDTH) - GAP,
  });
  const heads = [...columns.map(({ short }) => short), ...(hasSums ? [total] : [])];
  for (const [place, head] of heads.entries()) {
    const { x, wide } = placeOf(place);
    write(head, { x: x + wide / 2, y: top + ROW / 2, size: 14, colour: ink, wide, at: "middle" });
  }
  for (const [down, { name, cells }] of rows.entries()) {
    const y = top + (down + 1) * ROW;
    write(name, { x: PICTURE.edge, y: y + ROW / 2, size: 15, colour: ink, wide: names - 8 });
    for (const [at, cell] of cells.entries()) {
      const { x, wide } = placeOf(at);
      if (cell.fill !== null) {
        pen.fillStyle = cell.fill;
        pen.beginPath();
        pen.roundRect(x, y, wide, ROW - GAP, 5);
        pen.fill();
      }
      const middle = { x: x + wide / 2, y: y + (ROW - GAP) / 2, at: "middle" } as const;
      write(cell.words, { ...middle, size: 14, colour: cell.ink, wide });
    }
  }
}
