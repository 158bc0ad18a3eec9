/**
 * The colours of charts: after Okabe and Ito's, which people who tell few colours apart still tell
 * apart, moved towards the accent. Each also differs from its neighbour in lightness, and lines in
 * their dashes, so that no colour says anything by itself.
 */
export const TONES = ["accent", "pale", "orange", "blue", "pink", "amber", "quiet"] as const;
export type Tone = (typeof TONES)[number];
export type Scheme = "light" | "dark";

type Palette = Record<Tone | "line" | "ink" | "surface" | "text", string>;

export const CHART_COLOURS: Record<Scheme, Palette> = {
  light: {
    accent: "#0b7a75",
    pale: "#8fd3cc",
    orange: "#c95a10",
    blue: "#2b6cb0",
    pink: "#b5568b",
    amber: "#d99a00",
    quiet: "#7b8786",
    line: "#e9eded",
    ink: "#5c6867",
    surface: "#ffffff",
    text: "#1d2625",
  },
  dark: {
    accent: "#2ca89e",
    pale: "#1c625d",
    orange: "#f08a4b",
    blue: "#6aa9e9",
    pink: "#d98bb8",
    amber: "#f0c04a",
    quiet: "#95a1a0",
    line: "#222b2a",
    ink: "#95a1a0",
    surface: "#1a2221",
    text: "#e4eae9",
  },
};

/** What tells lines apart where colours do not: ECharts' dashes. */
export const DASHES: Record<Tone, "solid" | number[]> = {
  accent: "solid",
  pale: "solid",
  orange: [7, 3],
  blue: [2, 3],
  pink: [9, 3, 2, 3],
  amber: [12, 4],
  quiet: [4, 3],
};

/** The tones of series side by side: branches that are compared. */
export const SIDE_BY_SIDE: readonly Tone[] = ["accent", "orange", "blue", "pink", "amber", "quiet"];

/** The strengths of a heat map's cells on white, and what is written on them (chart.css has both schemes). */
export const HEAT_COLOURS = [
  { fill: "#f2f5f5", ink: "#5c6867" },
  { fill: "#e0f3f1", ink: "#1d2625" },
  { fill: "#bfe6e2", ink: "#1d2625" },
  { fill: "#8fd3cc", ink: "#1d2625" },
  { fill: "#4bb3a9", ink: "#0c1514" },
  { fill: "#0b7a75", ink: "#ffffff" },
] as const;
export const HEAT_STEPS = HEAT_COLOURS.length;

/** Which of the six strengths a number has beside the highest: 0 for nothing at all. */
export function heatOf(value: number, highest: number): number {
  if (value <= 0 || highest <= 0) return 0;
  return Math.min(HEAT_STEPS - 1, Math.max(1, Math.ceil((value / highest) * (HEAT_STEPS - 1))));
}
