import { expect, test } from "vitest";
import { findColours } from "./logo-colours.ts";

const paint = (...runs: [number, number[]][]) =>
  runs.flatMap(([count, pixel]) => Array.from({ length: count }, () => pixel).flat());

test("a logo's colours are told from the most used on, without its paper, its ink and what is clear", () => {
  const pixels = paint(
    [500, [255, 255, 255, 255]],
    [90, [10, 10, 10, 255]],
    [400, [200, 0, 0, 0]],
    [30, [11, 110, 79, 255]],
    [60, [242, 194, 48, 255]],
  );
  expect(findColours(pixels)).toEqual(["#f2c230", "#0b6e4f"]);
});

test("shades of one colour are one, and no more than four are told", () => {
  expect(findColours(paint([9, [200, 30, 30, 255]], [8, [206, 36, 36, 255]]))).toEqual(["#c81e1e"]);
  const many = paint(
    ...[0, 1, 2, 3, 4, 5].map((each): [number, number[]] => [
      20 - each,
      [(each * 97) % 220, (each * 53 + 90) % 220, (each * 151 + 40) % 220, 255],
    ]),
  );
  expect(findColours(many)).toHaveLength(4);
});

test("nothing is told of an empty picture", () => {
  expect(findColours([])).toEqual([]);
});
