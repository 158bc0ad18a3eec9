import { CHART_COLOURS, HEAT_COLOURS, heatOf } from "./chart-colours.ts";
import type { HeatMapProps } from "./heat-map.tsx";
import { FONT_FAMILY } from "./theme.ts";

/** As wide as the picture of a chart, and as fine. */
const WIDTH = 1200;
const FINE = 2;
const EDGE = 32;
const TOP = 104;
const BOTTOM = 56;
const ROW = 40;
const GAP = 3;
const SUM_WIDTH = 76;
/** A canvas is only so tall; nobody shows more rows than these in a picture. */
export const PICTURE_ROWS_MAX = 60;

export type HeatPicture = Pick<
  HeatMapProps,
  "rows" | "columns" | "numberOf" | "sayShort" | "highest" | "hasNames" | "hasSums"
> & {
  title: string;
  unit: string;
  source: string;
  /** Above the sums. */
  total: string;
};

type Cell = { words: string; fill: string | null; ink: string };

/** A heat map as a PNG (a data: address) that can stand alone: on white, with its title, unit and source. */
export function pictureHeat(input: HeatPicture): string {
  const rows = listRows(input);
  const canvas = document.createElement("canvas");
  const height = TOP + (rows.length + 1) * ROW + BOTTOM;
  canvas.width = WIDTH * FINE;
  canvas.height = height * FINE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser draws no pictures.");
  pen.scale(FINE, FINE);
  const { surface, text, ink } = CHART_COLOURS.light;
  pen.fillStyle = surface;
  pen.fillRect(0, 0, WIDTH, height);
  const write = writeWith(pen);
  const wide = WIDTH - 2 * EDGE;
  write(input.title, { x: EDGE, y: 40, size: 26, colour: text, weight: 600, wide });
  write(input.unit, { x: EDGE, y: 70, size: 16, colour: ink, wide });
  write(input.source, { x: EDGE, y: height - 26, size: 14, colour: ink, wide });
  drawTable(pen, input, rows);
  return canvas.toDataURL("image/png");
}

function listRows({ rows, columns, numberOf, sayShort, highest, hasSums, total }: HeatPicture) {
  const shown = rows.slice(0, PICTURE_ROWS_MAX);
  const numbers = shown.map((row) => columns.map((column) => numberOf(row.key, column.key)));
  const top = highest ?? Math.max(0, ...numbers.flat().map((value) => value ?? 0));
  const { ink } = CHART_COLOURS.light;
  const sumOf = (values: readonly (number | null)[]): Cell => ({
    ...{ fill: null, ink },
    words: sayShort(values.reduce<number>((sum, value) => sum + (value ?? 0), 0)),
  });
  const toCell = (value: number | null): Cell => {
    if (value === null) return { words: "", fill: null, ink };
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
  { columns, hasNames, hasSums, total }: HeatPicture,
  rows: ReturnType<typeof listRows>,
): void {
  const write = writeWith(pen);
  const { ink } = CHART_COLOURS.light;
  const names = hasNames ? 220 : 72;
  const sums = hasSums ? SUM_WIDTH : 0;
  const step = (WIDTH - 2 * EDGE - names - sums) / Math.max(1, columns.length);
  const placeOf = (at: number) => ({
    x: EDGE + names + at * step,
    wide: (at < columns.length ? step : SUM_WIDTH) - GAP,
  });
  const heads = [...columns.map(({ short }) => short), ...(hasSums ? [total] : [])];
  for (const [at, head] of heads.entries()) {
    const { x, wide } = placeOf(at);
    write(head, { x: x + wide / 2, y: TOP + ROW / 2, size: 14, colour: ink, wide, centred: true });
  }
  for (const [down, { name, cells }] of rows.entries()) {
    const y = TOP + (down + 1) * ROW;
    write(name, { x: EDGE, y: y + ROW / 2, size: 15, colour: ink, wide: names - 8 });
    for (const [at, cell] of cells.entries()) {
      const { x, wide } = placeOf(at);
      if (cell.fill !== null) {
        pen.fillStyle = cell.fill;
        pen.beginPath();
        pen.roundRect(x, y, wide, ROW - GAP, 5);
        pen.fill();
      }
      const middle = { x: x + wide / 2, y: y + (ROW - GAP) / 2, centred: true };
      write(cell.words, { ...middle, size: 14, colour: cell.ink, wide });
    }
  }
}

type Text = {
  x: number;
  /** Its middle. */
  y: number;
  size: number;
  colour: string;
  /** It is cut off at so many pixels. */
  wide: number;
  weight?: number;
  centred?: boolean;
};

function writeWith(pen: CanvasRenderingContext2D) {
  return (
    words: string,
    { x, y, size, colour, wide, weight = 400, centred = false }: Text,
  ): void => {
    pen.font = `${weight} ${size}px ${FONT_FAMILY}`;
    pen.fillStyle = colour;
    pen.textBaseline = "middle";
    pen.textAlign = centred ? "center" : "left";
    pen.fillText(
      cut(words, (each) => pen.measureText(each).width <= wide),
      x,
      y,
    );
  };
}

function cut(words: string, fits: (words: string) => boolean): string {
  if (fits(words)) return words;
  const letters = [...words];
  while (letters.length > 1 && !fits(`${letters.join("")}…`)) letters.pop();
  return `${letters.join("")}…`;
}
