import { Alert, createTheme, type MantineColorsTuple } from "@mantine/core";
import { BusyButton } from "./busy-button.tsx";

/** The one accent: a deep teal. Step 7 carries white text at 5.3:1 (WCAG 2.2 §1.4.3), by day and by night. */
const foyer: MantineColorsTuple = [
  "#e9f8f6",
  "#d3efec",
  "#a5dfd9",
  "#74cec5",
  "#4bbdb3",
  "#2ca89e",
  "#169088",
  "#0b7a75",
  "#0a625f",
  "#084b49",
];

/** Warm-less greys with a trace of the accent, so that light and dark look like one product. */
const dark: MantineColorsTuple = [
  "#d8dedd",
  "#b6bfbe",
  "#8d9998",
  "#66716f",
  "#414b4a",
  "#2d3635",
  "#222a29",
  "#181e1e",
  "#111616",
  "#0b0f0f",
];

/** The device's own typeface: nothing is fetched for it. Charts draw with it too. */
export const FONT_FAMILY =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: "foyer",
  primaryShade: 7,
  colors: { foyer, dark },
  defaultRadius: "md",
  cursorType: "pointer",
  // Whoever asks their device for less motion gets none.
  respectReducedMotion: true,
  fontFamily: FONT_FAMILY,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace',
  components: {
    Button: { defaultProps: { component: BusyButton } },
    Modal: { styles: { title: { fontWeight: 650 } } },
    // Orange on light orange has 3.6:1, and a title needs 4.5:1 (WCAG 2.2 §1.4.3).
    Alert: Alert.extend({
      styles: (_theme, { color }) =>
        color === "orange" ? { title: { color: "var(--mantine-color-text)" } } : {},
    }),
  },
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.3" },
      h2: { fontSize: "1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
});
