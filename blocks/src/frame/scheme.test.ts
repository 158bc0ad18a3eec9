import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTRAST_MIN, contrastOf, luminanceOf } from "./colours.ts";
import { type Scheme, schemesOf, WORDS_CONTRAST_MIN } from "./scheme.ts";

const colours = fc
  .integer({ min: 0, max: 0xffffff })
  .map((colour) => `#${colour.toString(16).padStart(6, "0")}`);

function checkReadable({ paper, card, words, quiet, edge, wash, bad, badwash, link }: Scheme) {
  for (const ground of [paper, wash, card])
    expect(contrastOf(words, ground)).toBeGreaterThanOrEqual(WORDS_CONTRAST_MIN);
  for (const ground of [paper, wash])
    for (const colour of [quiet, link, bad])
      expect(contrastOf(colour, ground)).toBeGreaterThanOrEqual(CONTRAST_MIN);
  expect(contrastOf(bad, badwash)).toBeGreaterThanOrEqual(CONTRAST_MIN);
  expect(contrastOf(edge, paper)).toBeGreaterThanOrEqual(3);
}

test("whatever page and accent a brand has, every pair that carries words is readable, by day and night", () => {
  fc.assert(
    fc.property(colours, colours, (page, accent) => {
      const { light, dark } = schemesOf(page, accent);
      checkReadable(light);
      checkReadable(dark);
      expect(luminanceOf(dark.paper)).toBeLessThanOrEqual(0.012);
    }),
  );
});

test("a page colour that can be read on is kept as it is", () => {
  for (const page of ["#fff8ef", "#ffffff", "#e8f3ee", "#101820", "#000000"])
    expect(schemesOf(page, "#0f766e").light.paper).toBe(page);
  expect(schemesOf("#808080", "#0f766e").light.paper).not.toBe("#808080");
});

test("the page at night has the hue of the page by day", () => {
  const { dark } = schemesOf("#ffe0e0", "#0f766e");
  const [red = 0, green = 0] = [1, 3].map((at) =>
    Number.parseInt(dark.paper.slice(at, at + 2), 16),
  );
  expect(red).toBeGreaterThan(green);
});
