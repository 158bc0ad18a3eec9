import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CONTRAST_MIN } from "./colours.ts";
import { checkContrast } from "./contrast.ts";
import { DARK_PAPER, DARK_PAPER_WORDS, LIGHT_PAPER, LIGHT_PAPER_WORDS } from "./papers.ts";

const of = (what: string, brand: Parameters<typeof checkContrast>[0]) =>
  checkContrast(brand).find((check) => check.what === what);

test("a colour that can be read is said to be seen as it is", () => {
  const link = of("link-light", { accentColour: "#0b6e4f" });
  expect(link).toMatchObject({ asked: "#0b6e4f", letters: "#0b6e4f" });
  expect(link?.askedRatio).toBeGreaterThanOrEqual(CONTRAST_MIN);
  expect(of("button", { accentColour: "#0b6e4f" })).toMatchObject({ letters: "#ffffff" });
});

test("one that cannot is told with its ratio and with what guests see instead", () => {
  const yellow = { accentColour: "#f2c230" };
  const byDay = of("link-light", yellow);
  expect(byDay?.askedRatio).toBeLessThan(2);
  expect(byDay?.letters).not.toBe("#f2c230");
  // The same colour is read well by night, and stays.
  expect(of("link-dark", yellow)).toMatchObject({ letters: "#f2c230" });
});

test("a page colour in the middle is moved by day, and made dark by night", () => {
  const page = { accentColour: "#000000", pageColour: "#808080" };
  expect(of("words-light", page)).toMatchObject({ asked: "#808080" });
  expect(of("words-light", page)?.ground).not.toBe("#808080");
  expect(of("words-dark", page)?.ground).not.toBe(of("words-light", page)?.ground);
});

test("WCAG 2.2 §1.4.3: whatever a brand chooses, each pair guests see has 4.5 : 1", () => {
  const colour = fc
    .integer({ min: 0, max: 0xffffff })
    .map((value) => `#${value.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(colour, fc.option(colour, { nil: undefined }), (accentColour, pageColour) => {
      const brand = pageColour === undefined ? { accentColour } : { accentColour, pageColour };
      for (const { ratio } of checkContrast(brand))
        expect(ratio).toBeGreaterThanOrEqual(CONTRAST_MIN);
    }),
  );
});

test("the papers are those of the stylesheet", () => {
  const sheet = readFileSync(new URL("style.eta", import.meta.url), "utf8");
  for (const [paper, words] of [
    [LIGHT_PAPER, LIGHT_PAPER_WORDS],
    [DARK_PAPER, DARK_PAPER_WORDS],
  ])
    expect(sheet).toMatch(new RegExp(`--paper:${paper};[^}]*--words:${words};`));
});
