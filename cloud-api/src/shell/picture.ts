import { CHART_COLOURS } from "./chart-colours.ts";
import { FONT_FAMILY } from "./theme.ts";

/** As wide as a slide or a chat shows it, and twice as fine. */
export const PICTURE = { width: 1200, edge: 32, fine: 2 } as const;
/** Above what is drawn stand its title and unit, below it its source. */
const TOP = 104;
const BOTTOM = 56;
/** A canvas is only so tall; nobody shows more rows than these in a picture. */
export const PICTURE_ROWS_MAX = 60;

/** What lets a picture stand alone. */
export type PictureWords = { title: string; unit: string; source: string };
type Drawing = {
  height: number;
  /** Below `top`, in pixels of a screen. */
  draw: (pen: CanvasRenderingContext2D, top: number) => void;
};

/** A drawing as a PNG (a data: address): on white, with its title, unit and when its numbers were counted. */
export function drawPicture(words: PictureWords, { height: own, draw }: Drawing): string {
  const { width, edge, fine } = PICTURE;
  const height = TOP + own + BOTTOM;
  const canvas = document.createElement("canvas");
  canvas.width = width * fine;
  canvas.height = height * fine;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser draws no pictures.");
  pen.scale(fine, fine);
  const { surface, text, ink } = CHART_COLOURS.light;
  pen.fillStyle = surface;
  pen.fillRect(0, 0, width, height);
  const write = writeWith(pen);
  const wide = width - 2 * edge;
  write(words.title, { x: edge, y: 40, size: 26, colour: text, weight: 600, wide });
  write(words.unit, { x: edge, y: 70, size: 16, colour: ink, wide });
  write(words.source, { x: edge, y: height - 26, size: 14, colour: ink, wide });
  draw(pen, TOP);
  return canvas.toDataURL("image/png");
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
  /** Where `x` is: absent, where it begins. */
  at?: "middle" | "end";
};

export function writeWith(pen: CanvasRenderingContext2D) {
  return (words: string, { x, y, size, colour, wide, weight = 400, at }: Text): void => {
    pen.font = `${weight} ${size}px ${FONT_FAMILY}`;
    pen.fillStyle = colour;
    pen.textBaseline = "middle";
    pen.textAlign = at === "middle" ? "center" : at === "end" ? "right" : "left";
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
