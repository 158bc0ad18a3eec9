import { expect, test } from "vitest";
import { openToldPictures } from "./told-pictures.ts";

const MEBIBYTE = 1024 * 1024;
const told = (...names: string[]) => new Map(names.map((name) => [name, `picture ${name}`]));

test("a picture is given to boxes of branches that were told of it last, and of no other", () => {
  const pictures = openToldPictures();
  pictures.keep("one", told("a", "b"));
  pictures.keep("other", told("b"));
  expect(pictures.find("one", "a")?.toString()).toBe("picture a");
  expect(pictures.find("other", "b")?.toString()).toBe("picture b");
  expect(pictures.find("other", "a")).toBeNull();
  expect(pictures.find("third", "a")).toBeNull();
  pictures.keep("one", told("b"));
  expect(pictures.find("one", "a")).toBeNull();
  // An answer without pictures takes none back: the box may still be fetching those of the one before.
  pictures.keep("one", new Map());
  expect(pictures.find("one", "b")?.toString()).toBe("picture b");
});

test("what was told longest ago makes room, and what is told again does not", () => {
  const pictures = openToldPictures();
  const heavy = (name: string) => new Map([[name, "x".repeat(20 * MEBIBYTE)]]);
  for (const name of ["a", "b", "c"]) pictures.keep(name, heavy(name));
  pictures.keep("a", heavy("a"));
  pictures.keep("d", heavy("d"));
  expect(["a", "b", "c", "d"].map((name) => pictures.find(name, name) !== null)).toEqual([
    true,
    false,
    true,
    true,
  ]);
});
