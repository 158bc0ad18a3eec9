import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTRAST_MIN, contrastOf, DARK_SURFACE, LIGHT_SURFACE, paletteOf } from "./colours.ts";

test("WCAG 2.2 §1.4.3: black on white is 21:1, a colour on itself 1:1", () => {
  expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrastOf("#777777", "#777777")).toBeCloseTo(1);
});

test("a brand's colour is kept as it is where words can be read on it", () => {
  for (const accent of ["#b4532a", "#0f766e", "#000000", "#ffffff", "#f2c230"])
    expect(paletteOf(accent).accent).toBe(accent);
  expect(paletteOf("#7a1f3d").ink).toBe("#ffffff");
  expect(paletteOf("#f2c230").ink).not.toBe("#ffffff");
});

test("whatever colour a brand has, every pair that carries words is readable", () => {
  const colours = fc.integer({ min: 0, max: 0xffffff });
  fc.assert(
    fc.property(colours, (colour) => {
      const palette = paletteOf(`#${colour.toString(16).padStart(6, "0")}`);
      expect(contrastOf(palette.ink, palette.accent)).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(contrastOf(palette.accentOnLight, LIGHT_SURFACE)).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(contrastOf(palette.accentOnDark, DARK_SURFACE)).toBeGreaterThanOrEqual(CONTRAST_MIN);
    }),
  );
});
