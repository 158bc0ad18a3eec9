import { expect, test } from "vitest";
import { createRecentMap } from "./recent-map.ts";

const listKept = (map: { get: (key: number) => string | undefined }, keys: number) =>
  Array.from({ length: keys }, (_, key) => key).filter((key) => map.get(key) !== undefined);

test("what was set last is kept, as many as are asked for and twice as many at the most", () => {
  const map = createRecentMap<number, string>(10);
  for (let key = 0; key < 1000; key++) {
    map.set(key, String(key));
    const kept = listKept(map, key + 1);
    expect(kept.length).toBeGreaterThanOrEqual(Math.min(10, key + 1));
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept.at(-1)).toBe(key);
    expect(kept.at(-1 - Math.min(9, key))).toBe(key - Math.min(9, key));
  }
});

test("what is set again counts from then on, by what it was set to last", () => {
  const map = createRecentMap<number, string>(2);
  for (const key of [0, 1, 2, 0, 3, 4]) map.set(key, `${key} again`);
  expect(map.get(0)).toBe("0 again");
  map.set(0, "once more");
  expect(map.get(0)).toBe("once more");
});

test("what is set again and again pushes nothing else out", () => {
  const map = createRecentMap<number, string>(2);
  map.set(0, "other");
  for (let times = 0; times < 100; times++) map.set(1, "again");
  expect(map.get(0)).toBe("other");
});

test("what is taken away is gone, be it new or old", () => {
  const map = createRecentMap<number, string>(1);
  for (const key of [0, 1, 0]) map.set(key, "kept");
  map.delete(0);
  map.delete(1);
  expect(listKept(map, 2)).toEqual([]);
});
