import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { HEAT_COLOURS } from "./chart-colours.ts";

test("a heat map has the same colours in a picture as on a light screen", () => {
  const sheet = readFileSync(new URL("./chart.css", import.meta.url), "utf8");
  const lightOf = (rule: string, name: string) =>
    new RegExp(`(?:^|\\s)${name}: light-dark\\((#[0-9a-f]{6})`).exec(rule)?.[1];
  const onScreen = HEAT_COLOURS.map((_, step) => {
    const [, rule = ""] = new RegExp(`\\.heat-${step} \\{([^}]*)\\}`).exec(sheet) ?? [];
    return { fill: lightOf(rule, "background"), ink: lightOf(rule, "color") };
  });
  expect(HEAT_COLOURS).toEqual(onScreen);
});
