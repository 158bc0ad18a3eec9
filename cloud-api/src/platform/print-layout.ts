import type { Ruler } from "./print-fonts.ts";
import { type PrintedPart, type PrintedReport, printCell } from "./printed.ts";

/*
 * Where everything stands on the pages of a printed report, in points (1/72 inch), before anything is
 * drawn: so that each page can say how many there are.
 */

export type Sheet = { width: number; height: number };
/** A4 (ISO 216), on its side for a table that is wider. */
const UPRIGHT: Sheet = { width: 595.28, height: 841.89 };
const LYING: Sheet = { width: UPRIGHT.height, height: UPRIGHT.width };

export const MARGIN = 40;
export const TITLE_SIZE = 20;
export const LINE_SIZE = 9;
export const PART_SIZE = 12;
export const LINE_HEIGHT = 1.3;
/** From the top of the heading to its title. */
export const HEADING = { title: 26, below: 22 };
export const FIGURE_WIDTH = 120;
const FIGURES_HEIGHT = 62;
const TABLE_SIZE = 8;
export const CELL_PADDING = 3.5;
/** Right of each column. */
export const CELL_GAP = 10;
const TEXT_WIDTH_MAX = 190;
const TEXT_WIDTH_MIN = 70;
const CHART_HEIGHT = { columns: 190, bar: 17, cell: 15 };
/** Below a drawing. */
export const CHART_GAP = 12;
const PART_GAP = 18;
const BEFORE_SCALE = 0.86;

export type Column = { x: number; width: number; isText: boolean };
export type Table = {
  columns: readonly Column[];
  heads: readonly (readonly string[])[];
  width: number;
  size: number;
};
export type FittedRow = {
  /** The lines of each cell. */
  cells: readonly (readonly string[])[];
  before: readonly string[] | null;
  isTotal: boolean;
};

export type Block =
  | { kind: "heading"; lines: { title: readonly string[]; about: readonly string[] } }
  | { kind: "figures" }
  | { kind: "part"; part: PrintedPart }
  | { kind: "head"; table: Table; continues: string | null }
  | { kind: "row"; table: Table; row: FittedRow };
export type Placed = Block & { top: number; height: number };

export type Laid = { pages: Placed[][]; sheet: Sheet };
/** Thousands of rows take a while: whoever lays them out lets others have a turn as often. */
const ROWS_A_TURN = 100;

export function* layOut(report: PrintedReport, ruler: Ruler): Generator<void, Laid> {
  const measured: { part: PrintedPart; natural: Naturals }[] = [];
  for (const part of report.parts)
    measured.push({ part, natural: yield* measureColumns(part, report, ruler) });
  const needed = Math.max(
    0,
    ...measured.map(({ natural }) => sumOf(natural.map(({ most }) => most))),
  );
  const sheet = needed > UPRIGHT.width - 2 * MARGIN ? LYING : UPRIGHT;
  const width = sheet.width - 2 * MARGIN;
  const pages: Placed[][] = [[]];
  const bottom = sheet.height - MARGIN;
  let top = MARGIN;
  const turn = () => {
    pages.push([]);
    top = MARGIN;
  };
  const put = (block: Block, height: number) => {
    pages.at(-1)?.push({ ...block, top, height });
    top += height;
  };
  const heading = fitHeading(report, { ruler, width });
  put(heading.block, heading.height);
  if (report.figures.length > 0) put({ kind: "figures" }, FIGURES_HEIGHT);
  for (const { part, natural } of measured) {
    const table = fitTable(part, natural, { ruler, width });
    const head = headHeight(table);
    const place = (row: PrintedRow) => fitRow(row, table, { ruler, report });
    const first = part.rows.slice(0, 1).map((row) => place(row).height);
    const begun = partHeight(part, report) + head + sumOf(first);
    // A drawing, the names of its columns and a first row stay together.
    if (top + begun > bottom && top > MARGIN) turn();
    put({ kind: "part", part }, partHeight(part, report));
    put({ kind: "head", table, continues: null }, head);
    for (const [at, each] of part.rows.entries()) {
      if (at % ROWS_A_TURN === 0) yield;
      const { row, height } = place(each);
      if (top + height > bottom) {
        turn();
        const continues = report.words.continues(part.title);
        put({ kind: "head", table, continues }, head + LINE_SIZE * LINE_HEIGHT + CELL_PADDING);
      }
      put({ kind: "row", table, row }, height);
    }
    top += PART_GAP;
  }
  return { pages, sheet };
}

function fitHeading(report: PrintedReport, { ruler, width }: { ruler: Ruler; width: number }) {
  const lines = {
    title: wrap(report.title, width, (text) => ruler(text, { size: TITLE_SIZE, weight: "bold" })),
    about: report.about.flatMap((line) =>
      wrap(line, width, (text) => ruler(text, { size: LINE_SIZE })),
    ),
  };
  const sizes = lines.title.length * TITLE_SIZE + lines.about.length * LINE_SIZE;
  const height = HEADING.title + sizes * LINE_HEIGHT + HEADING.below;
  return { block: { kind: "heading", lines } as const, height };
}

/** How high the title of a part is; the only one of a report is called as the report. */
export const namePart = ({ title }: PrintedPart, report: Pick<PrintedReport, "title">): number =>
  title === report.title ? 0 : PART_SIZE + 8;

function partHeight(part: PrintedPart, report: PrintedReport): number {
  const { chart } = part;
  const title = namePart(part, report);
  if (chart === null) return title;
  if (chart.form === "columns") return title + CHART_HEIGHT.columns + CHART_GAP;
  const fields = chart.form === "grid" ? chart.rows.length : chart.labels.length;
  const [each, around] = chart.form === "grid" ? [CHART_HEIGHT.cell, 28] : [CHART_HEIGHT.bar, 16];
  return title + fields * each + around + CHART_GAP;
}

type Fitting = { ruler: Ruler; width: number };
type PrintedRow = PrintedPart["rows"][number];
type Naturals = { isText: boolean; least: number; most: number }[];

/** How wide each column would be by itself, and has to be at least. */
function* measureColumns(
  { heads, rows, keys }: PrintedPart,
  { language }: Pick<PrintedReport, "language">,
  ruler: Ruler,
): Generator<void, Naturals> {
  const words = heads.map((head) =>
    Math.max(
      0,
      ...head.split(" ").map((word) => ruler(word, { size: TABLE_SIZE, weight: "bold" })),
    ),
  );
  const most = [...words];
  const isText = heads.map((_, at) => at < keys);
  for (const [down, { cells, before, isTotal }] of rows.entries()) {
    if (down % ROWS_A_TURN === 0) yield;
    const how = { size: TABLE_SIZE, weight: isTotal ? "bold" : "regular" } as const;
    for (const [at, widest] of most.entries()) {
      const texts = [cells[at], before?.[at]].map((cell) => printCell(language, cell ?? null));
      most[at] = Math.max(widest, ...texts.map((text) => ruler(text, how)));
      if (typeof cells[at] === "string") isText[at] = true;
    }
  }
  return most.map((widest, at) => {
    const fixed = widest + CELL_GAP;
    if (!isText[at]) return { isText: false, least: fixed, most: fixed };
    const least = Math.min(widest, Math.max(words[at] ?? 0, TEXT_WIDTH_MIN));
    const own = Math.max(least, Math.min(widest, TEXT_WIDTH_MAX));
    return { isText: true, least: least + CELL_GAP, most: own + CELL_GAP };
  });
}

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** Texts give way first, then the letters become smaller; what is left over is shared out. */
function fitTable(part: PrintedPart, naturals: Naturals, { ruler, width }: Fitting): Table {
  const [least, most] = [
    sumOf(naturals.map((each) => each.least)),
    sumOf(naturals.map((each) => each.most)),
  ];
  const scale = Math.min(1, width / least);
  const give = most > least ? Math.max(0, Math.min(1, (width - least) / (most - least))) : 1;
  const spare = Math.max(0, width - most) / Math.max(1, naturals.length);
  let x = 0;
  const columns = naturals.map((each) => {
    const own = (each.least + give * (each.most - each.least)) * scale + spare;
    const column = { x, width: own, isText: each.isText };
    x += own;
    return column;
  });
  const size = TABLE_SIZE * scale;
  const heads = part.heads.map((head, at) =>
    wrap(head, (columns[at]?.width ?? 0) - CELL_GAP + 0.01, (text) =>
      ruler(text, { size, weight: "bold" }),
    ),
  );
  return { columns, heads, width, size };
}

const headHeight = ({ heads, size }: Table): number =>
  Math.max(1, ...heads.map((lines) => lines.length)) * size * LINE_HEIGHT + 2 * CELL_PADDING;

function fitRow(
  { cells, before, isTotal }: PrintedRow,
  table: Table,
  { ruler, report: { language } }: { ruler: Ruler; report: PrintedReport },
): { row: FittedRow; height: number } {
  const { columns, size } = table;
  const weight = isTotal ? "bold" : "regular";
  const lines = columns.map(({ isText, width }, at) => {
    const text = printCell(language, cells[at] ?? null);
    if (!isText) return [text || "–"];
    return wrap(text, width - CELL_GAP + 0.01, (each) => ruler(each, { size, weight }));
  });
  // What a row is of is said again only where it is another, as the day of another year.
  const below =
    before?.map((cell, at) =>
      columns[at]?.isText && cell === cells[at] ? "" : printCell(language, cell),
    ) ?? null;
  const tall = Math.max(1, ...lines.map((each) => each.length));
  const under = below ? size * BEFORE_SCALE : 0;
  const height = (tall * size + under) * LINE_HEIGHT + 2 * CELL_PADDING;
  return { row: { cells: lines, before: below, isTotal }, height };
}

/** A text in lines that fit; a word that is wider than a line is broken. */
export function wrap(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const letter of word) {
      if (line !== "" && measure(line + letter) > width) {
        lines.push(line);
        line = "";
      }
      line += letter;
    }
  }
  return [...lines, line];
}
