import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import PDFDocument from "pdfkit";
import { drawChart } from "./print-chart.ts";
import { fontOf, openRuler, type Ruler, WEIGHTS } from "./print-fonts.ts";
import {
  CELL_GAP,
  CELL_PADDING,
  CHART_GAP,
  FIGURE_WIDTH,
  HEADING,
  type Laid,
  LINE_HEIGHT,
  LINE_SIZE,
  layOut,
  MARGIN,
  namePart,
  PART_SIZE,
  type Placed,
  type Sheet,
  type Table,
  TITLE_SIZE,
} from "./print-layout.ts";
import { COLOURS, drawLine, type Pen, type PenText, write, writeUpTo } from "./print-pen.ts";
import { type PrintedReport, printCell } from "./printed.ts";

export const PDF_TYPE = "application/pdf";
const SMALL = 7.5;

/**
 * A report as PDF, to be sent to somebody who was not there: what it is of, a drawing, the table with
 * its heading on each page. One page is drawn each time as much is read, so that no more than one of
 * them is held.
 */
export function printReport(report: PrintedReport): Readable {
  return Readable.from(writePages(report), { objectMode: false });
}

async function* writePages(report: PrintedReport): AsyncGenerator<Buffer> {
  const ruler = openRuler();
  const { pages, sheet } = await layOutInTurns(report, ruler);
  const { width, height } = sheet;
  const page = new PDFDocument({
    ...{ size: [width, height], margin: 0, autoFirstPage: false, font: "", lang: report.language },
    info: { Title: report.title, Author: report.company, CreationDate: report.printedAt },
  });
  for (const weight of WEIGHTS) page.registerFont(weight, fontOf(weight));
  const count = (number: number) => printCell(report.language, number);
  const pen = { page, ruler, count };
  for (const [at, blocks] of pages.entries()) {
    page.addPage();
    if (at > 0) drawRunningHead(pen, report, sheet);
    for (const block of blocks) drawBlock(pen, block, { report, sheet });
    drawFoot(pen, report, { sheet, words: report.words.page(at + 1, pages.length) });
    yield* takeWritten(page);
    await setImmediate();
  }
  page.end();
  for await (const chunk of page) yield chunk as Buffer;
}

async function layOutInTurns(report: PrintedReport, ruler: Ruler): Promise<Laid> {
  const steps = layOut(report, ruler);
  let step = steps.next();
  while (!step.done) {
    await setImmediate();
    step = steps.next();
  }
  return step.value;
}

function* takeWritten(page: PDFKit.PDFDocument): Generator<Buffer> {
  const stream = page as unknown as Readable;
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) yield chunk as Buffer;
}

function drawRunningHead(pen: Pen, { title, company }: PrintedReport, { width }: Sheet): void {
  const how = { y: MARGIN - 16, size: SMALL, colour: COLOURS.ink };
  write(pen, title, { ...how, x: MARGIN });
  writeUpTo(pen, company, { ...how, x: width - MARGIN });
}

function drawFoot(
  pen: Pen,
  { source }: PrintedReport,
  { sheet: { width, height }, words }: { sheet: Sheet; words: string },
): void {
  const y = height - MARGIN + 12;
  drawLine(pen, { y: y - 5, from: MARGIN, to: width - MARGIN });
  write(pen, source, { x: MARGIN, y, size: SMALL, colour: COLOURS.ink });
  writeUpTo(pen, words, { x: width - MARGIN, y, size: SMALL, colour: COLOURS.ink });
}

type Around = { report: PrintedReport; sheet: Sheet };

function drawBlock(pen: Pen, block: Placed, around: Around): void {
  if (block.kind === "heading") drawHeading(pen, block, around);
  else if (block.kind === "figures") drawFigures(pen, block, around);
  else if (block.kind === "part") drawPart(pen, block, around);
  else if (block.kind === "head") drawHead(pen, block);
  else drawRow(pen, block);
}

type Of<Kind extends Placed["kind"]> = Extract<Placed, { kind: Kind }>;

function drawHeading(pen: Pen, { top, lines }: Of<"heading">, { report, sheet }: Around): void {
  const { company } = report;
  pen.page.rect(MARGIN, top, 28, 3).fill(COLOURS.accent);
  write(pen, company, { x: MARGIN, y: top + 10, size: LINE_SIZE, colour: COLOURS.ink });
  let y = top + HEADING.title;
  for (const line of lines.title) {
    write(pen, line, { x: MARGIN, y, size: TITLE_SIZE, weight: "bold" });
    y += TITLE_SIZE * LINE_HEIGHT;
  }
  for (const line of lines.about) {
    write(pen, line, { x: MARGIN, y, size: LINE_SIZE });
    y += LINE_SIZE * LINE_HEIGHT;
  }
  drawLine(pen, { y: y + 6, from: MARGIN, to: sheet.width - MARGIN });
}

function drawFigures(pen: Pen, { top }: Of<"figures">, { report, sheet }: Around): void {
  const width = Math.min(FIGURE_WIDTH, (sheet.width - 2 * MARGIN) / report.figures.length);
  for (const [at, { label, now, before }] of report.figures.entries()) {
    const x = MARGIN + at * width;
    write(pen, label, { x, y: top, size: SMALL, colour: COLOURS.ink });
    write(pen, now, { x, y: top + 11, size: 16, weight: "bold" });
    if (before !== null) write(pen, before, { x, y: top + 33, size: SMALL, colour: COLOURS.ink });
  }
}

function drawPart(pen: Pen, { top, height, part }: Of<"part">, { report, sheet }: Around): void {
  const below = namePart(part, report);
  if (below > 0) write(pen, part.title, { x: MARGIN, y: top, size: PART_SIZE, weight: "bold" });
  if (part.chart === null) return;
  const place = { x: MARGIN, y: top + below, width: sheet.width - 2 * MARGIN };
  drawChart(pen, part.chart, { ...place, height: height - below - CHART_GAP });
}

function drawHead(pen: Pen, { top, height, table, continues }: Of<"head">): void {
  if (continues) write(pen, continues, { x: MARGIN, y: top, size: LINE_SIZE, colour: COLOURS.ink });
  const bottom = top + height - CELL_PADDING;
  for (const [at, lines] of table.heads.entries())
    for (const [line, text] of lines.entries()) {
      const y = bottom - (lines.length - line) * table.size * LINE_HEIGHT;
      writeCell(pen, text, { table, at, y, size: table.size, weight: "bold", colour: COLOURS.ink });
    }
  drawLine(pen, { y: top + height - 1, from: MARGIN, to: MARGIN + table.width });
}

function drawRow(pen: Pen, { top, height, table, row }: Of<"row">): void {
  const { size } = table;
  const weight = row.isTotal ? "bold" : "regular";
  const below = { size: size * 0.86, colour: COLOURS.ink };
  for (const [at, lines] of row.cells.entries())
    for (const [line, text] of lines.entries()) {
      const y = top + CELL_PADDING + line * size * LINE_HEIGHT;
      writeCell(pen, text, { table, at, y, size, weight });
    }
  const y = top + height - CELL_PADDING - below.size * LINE_HEIGHT;
  for (const [at, text] of (row.before ?? []).entries())
    writeCell(pen, text, { table, at, y, ...below });
  drawLine(pen, { y: top + height, from: MARGIN, to: MARGIN + table.width });
}

/** Numbers end where their column does. */
function writeCell(
  pen: Pen,
  text: string,
  { table, at, ...how }: Omit<PenText, "x"> & { table: Table; at: number },
): void {
  const column = table.columns[at];
  if (text === "" || column === undefined) return;
  const x = MARGIN + column.x;
  if (column.isText) write(pen, text, { ...how, x });
  else writeUpTo(pen, text, { ...how, x: x + column.width - CELL_GAP });
}
