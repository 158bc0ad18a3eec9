import type { Ruler, Weight } from "./print-fonts.ts";

/** Those of the staff app in the light (shell/chart-colours.ts): told apart by lightness alone. */
export const COLOURS = {
  ...{ accent: "#0b7a75", text: "#1d2625", ink: "#5c6867", line: "#dfe5e4" },
  series: ["#0b7a75", "#8fd3cc", "#c95a10", "#2b6cb0", "#d99a00"],
} as const;

/** What a page is drawn with. */
export type Pen = {
  page: PDFKit.PDFDocument;
  ruler: Ruler;
  /** A number in the reader's form. */
  count: (number: number) => string;
};
export type PenText = { x: number; y: number; size: number; weight?: Weight; colour?: string };

export function write({ page }: Pen, text: string, { x, y, size, ...how }: PenText): void {
  const { weight = "regular", colour = COLOURS.text } = how;
  page.font(weight).fontSize(size).fillColor(colour).text(text, x, y, { lineBreak: false });
}

/** So that it ends at `x`. */
export function writeUpTo(pen: Pen, text: string, { x, ...how }: PenText): void {
  write(pen, text, { ...how, x: x - pen.ruler(text, how) });
}

export function drawLine({ page }: Pen, line: { y: number; from: number; to: number }): void {
  const { y, from, to } = line;
  page.moveTo(from, y).lineTo(to, y).lineWidth(0.5).strokeColor(COLOURS.line).stroke();
}
