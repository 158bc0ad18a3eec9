import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import PDFDocument from "pdfkit";

/** Be Vietnam Pro (SIL Open Font License 1.1): its Vietnamese letters are drawn, not put together. */
const FAMILY = "@expo-google-fonts/be-vietnam-pro";
const FILES = {
  regular: `${FAMILY}/400Regular/BeVietnamPro_400Regular.ttf`,
  bold: `${FAMILY}/600SemiBold/BeVietnamPro_600SemiBold.ttf`,
} as const;
export type Weight = keyof typeof FILES;
export const WEIGHTS = Object.keys(FILES) as Weight[];

const { resolve } = createRequire(import.meta.url);
const read = new Map<Weight, Buffer>();

/** A font as its file has it, read at the first page that is printed. */
export function fontOf(weight: Weight): Buffer {
  const font = read.get(weight) ?? readFileSync(resolve(FILES[weight]));
  read.set(weight, font);
  return font;
}

/** How wide a text is, in points (1/72 inch). */
export type Ruler = (text: string, how: { size: number; weight?: Weight }) => number;

const MEASURED_SIZE = 1000;
let opened: Ruler | null = null;

/** Letters are measured once each: a table of thousands of numbers is ten signs over and over. */
export function openRuler(): Ruler {
  opened ??= makeRuler();
  return opened;
}

function makeRuler(): Ruler {
  const page = new PDFDocument({ size: "A4", font: "" });
  const widths: Record<Weight, Map<string, number>> = { regular: new Map(), bold: new Map() };
  for (const weight of WEIGHTS) page.registerFont(weight, fontOf(weight));
  const widthOf = (letter: string, weight: Weight): number => {
    const known = widths[weight].get(letter);
    if (known !== undefined) return known;
    const width = page.font(weight).fontSize(MEASURED_SIZE).widthOfString(letter) / MEASURED_SIZE;
    widths[weight].set(letter, width);
    return width;
  };
  return (text, { size, weight = "regular" }) => {
    let sum = 0;
    for (const letter of text) sum += widthOf(letter, weight);
    return sum * size;
  };
}
