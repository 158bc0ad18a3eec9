import { create } from "qrcode";
import { sayIn } from "./words.ts";

/** Where a browser finds the page; the port that needs not be typed is left out. */
export function listUrls(addresses: readonly string[], port: number): string[] {
  const hosts = addresses.map((address) => (address.includes(":") ? `[${address}]` : address));
  return hosts.map((host) => `http://${host}${port === 80 ? "" : `:${port}`}/`);
}

/** Where the page is and which number it asks for, as text and for a phone's camera. */
export function writeConsole(urls: readonly string[], number: string): string {
  const lines = (["vi", "en"] as const).flatMap((language) => {
    const say = sayIn(language);
    if (urls.length === 0) return [say("print-none")];
    return [say("print-open"), ...urls.map((url) => `  ${url}`), say("print-number", { number })];
  });
  const [first] = urls;
  return `\n${[...(first ? [drawQr(first)] : []), ...lines].join("\n")}\n\n`;
}

/** ISO/IEC 18004 §6.3.8: four modules of quiet around it. */
const QUIET = 4;

/** Two rows of modules to a line; light ones are drawn, for consoles are dark. */
export function drawQr(text: string): string {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  const isDark = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < size && y < size && data[y * size + x] === 1;
  const lines: string[] = [];
  for (let y = -QUIET; y < size + QUIET; y += 2) {
    let line = "";
    for (let x = -QUIET; x < size + QUIET; x += 1) {
      const [upper, lower] = [isDark(x, y), isDark(x, y + 1)];
      line += upper ? (lower ? " " : "▄") : lower ? "▀" : "█";
    }
    lines.push(line);
  }
  return lines.join("\n");
}
