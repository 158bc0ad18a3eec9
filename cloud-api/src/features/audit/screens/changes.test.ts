import { expect, test } from "vitest";
import { listLines, spellPath } from "./changes.ts";

test("what changed is told value by value, items of a list by their names", () => {
  const before = {
    name: "A",
    nas: [
      { name: "Cổng", port: 1 },
      { name: "Quầy", port: 2 },
    ],
  };
  const after = {
    name: "B",
    nas: [
      { name: "Mới", port: 9 },
      { name: "Cổng", port: 3 },
    ],
  };
  expect(listLines(before, after)).toEqual([
    { path: "name", before: "A", after: "B" },
    { path: "nas › Cổng › port", before: "1", after: "3" },
    { path: "nas › Quầy › name", before: "Quầy", after: null },
    { path: "nas › Quầy › port", before: "2", after: null },
    { path: "nas › Mới › name", before: null, after: "Mới" },
    { path: "nas › Mới › port", before: null, after: "9" },
  ]);
});

test("a secret that changed is told, though it reads the same", () => {
  expect(listLines({ secret: "•••" }, { secret: "•••" })).toHaveLength(1);
  expect(listLines(null, null)).toEqual([]);
  expect(listLines(null, { name: "A", parentId: null })).toEqual([
    { path: "name", before: null, after: "A" },
  ]);
});

test("a path is spelled in words, and stays what it is where there is none", () => {
  const words = new Map([["nas", "access points"]]);
  expect(spellPath("nas › Cổng › port", (part) => words.get(part) ?? null)).toBe(
    "access points › Cổng › port",
  );
});
