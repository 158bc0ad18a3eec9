import { create } from "qrcode";

/** ISO/IEC 18004 §6.3.8: a clear edge of four squares. */
const QUIET_SQUARES = 4;

/** As an SVG is drawn: its view box, and the dark squares, each stretch of a row as one rectangle. */
export type QrCode = { viewBox: string; size: number; path: string };

export function drawQrCode(text: string): QrCode {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  let path = "";
  for (let row = 0; row < size; row++) {
    for (let from = 0; from < size; ) {
      const to = endOfStretch(data, { row, from, size });
      if (to > from) path += `M${from} ${row}h${to - from}v1h-${to - from}z`;
      from = to + 1;
    }
  }
  const edge = size + 2 * QUIET_SQUARES;
  return { viewBox: `-${QUIET_SQUARES} -${QUIET_SQUARES} ${edge} ${edge}`, size: edge, path };
}

/** The column behind the dark squares that begin at one; itself where it is light. */
function endOfStretch(
  data: Uint8Array,
  { row, from, size }: { row: number; from: number; size: number },
): number {
  let to = from;
  while (to < size && data[row * size + to] === 1) to++;
  return to;
}
