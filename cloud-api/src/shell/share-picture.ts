import { CHART_COLOURS } from "./chart-colours.ts";
import { drawPicture, PICTURE, PICTURE_ROWS_MAX, type PictureWords, writeWith } from "./picture.ts";
import type { Share } from "./share-bars.tsx";

const ROW = 56;
const BAR = 14;
/** For a number, and for its share of the whole. */
const COLUMN = 130;

export type SharePicture = PictureWords & {
  shares: readonly Share[];
  total: number;
  /** What the sum is called. */
  all: string;
  say: { count: (value: number) => string; share: (share: number) => string };
};

/** The parts of a whole as a PNG (a data: address) that can stand alone, each with its number and share. */
export function pictureShares(input: SharePicture): string {
  const shares = input.shares.slice(0, PICTURE_ROWS_MAX);
  // The sum is of all parts: it stands where all are shown.
  const hasSum = shares.length === input.shares.length;
  return drawPicture(input, {
    height: (shares.length + (hasSum ? 1 : 0)) * ROW,
    draw: (pen, top) => {
      for (const [down, share] of shares.entries())
        drawShare(pen, { ...input, share, y: top + down * ROW });
      if (hasSum) drawTotal(pen, { ...input, y: top + shares.length * ROW });
    },
  });
}

const END = PICTURE.width - PICTURE.edge;

function drawShare(
  pen: CanvasRenderingContext2D,
  { share, total, say, y }: SharePicture & { share: Share; y: number },
): void {
  const { accent, line, text, ink } = CHART_COLOURS.light;
  const write = writeWith(pen);
  const { edge } = PICTURE;
  const wide = END - edge - 2 * COLUMN;
  const part = total === 0 ? 0 : share.count / total;
  const words = y + 14;
  write(share.name, { x: edge, y: words, size: 16, colour: text, wide });
  const numbers = { y: words, size: 16, wide: COLUMN, at: "end" } as const;
  write(say.count(share.count), { ...numbers, x: END - COLUMN, colour: text });
  write(say.share(part), { ...numbers, x: END, colour: ink });
  const bar = (colour: string, width: number) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(edge, y + 28, width, BAR, BAR / 2);
    pen.fill();
  };
  bar(line, wide);
  if (share.count > 0) bar(accent, Math.max(2, wide * part));
}

function drawTotal(
  pen: CanvasRenderingContext2D,
  { all, total, say, y }: SharePicture & { y: number },
): void {
  const { line, text, ink } = CHART_COLOURS.light;
  const write = writeWith(pen);
  const { edge } = PICTURE;
  pen.fillStyle = line;
  pen.fillRect(edge, y, END - edge, 1);
  const words = { y: y + ROW / 2, size: 16, wide: COLUMN } as const;
  write(all, { ...words, x: edge, colour: ink });
  write(say.count(total), { ...words, x: END - COLUMN, at: "end", colour: text });
}
