/** What a page is drawn with; every pair that carries words has a contrast of at least 4.5:1. */
export type Palette = {
  accent: string;
  /** Words on the accent. */
  ink: string;
  /** The ink's opposite: laid over the accent thinly, it leaves the ink more readable, not less. */
  shade: string;
  /** The accent where it is itself words, on the light and on the dark page. */
  accentOnLight: string;
  accentOnDark: string;
};

/** The darkest light and the lightest dark surface of the stylesheet that carries a link. */
export const LIGHT_SURFACE = "#f6f1ea";
export const DARK_SURFACE = "#211d18";
/** WCAG 2.2 §1.4.3. */
export const CONTRAST_MIN = 4.5;
const DARK_INK = "#1b1713";
const LIGHT_INK = "#ffffff";
const STEPS = 50;

/** Makes a palette of the brand's one colour, whichever it is. */
export function paletteOf(accent: string): Palette {
  const light = contrastOf(LIGHT_INK, accent);
  const dark = contrastOf(DARK_INK, accent);
  // White reads better to the eye than its figure says: dark ink only where white falls short.
  const ink = light >= CONTRAST_MIN || light >= dark ? LIGHT_INK : DARK_INK;
  return {
    accent: contrastOf(ink, accent) >= CONTRAST_MIN ? accent : moveAway(accent, ink),
    ink,
    shade: ink === LIGHT_INK ? "#000000" : "#ffffff",
    accentOnLight: moveAway(accent, LIGHT_SURFACE),
    accentOnDark: moveAway(accent, DARK_SURFACE),
  };
}

/** WCAG 2.2 §1.4.3: from 1 to 21. Colours are #rrggbb. */
export function contrastOf(one: string, other: string): number {
  const [a, b] = [luminanceOf(one), luminanceOf(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** Mixes a colour towards black or white, as little as makes it readable beside `ground`. */
export function moveAway(colour: string, ground: string): string {
  const target = luminanceOf(ground) > 0.18 ? "#000000" : "#ffffff";
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = mix(colour, target, step / STEPS);
    if (contrastOf(mixed, ground) >= CONTRAST_MIN) return mixed;
  }
  return target;
}

export function mix(one: string, other: string, share: number): string {
  const [from, to] = [channelsOf(one), channelsOf(other)];
  const channels = from.map((value, i) => Math.round(value + ((to[i] ?? 0) - value) * share));
  return `#${channels.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

export function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
