import { expect, test } from "vitest";
import { createIds } from "./new-id.ts";

const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids are UUIDv7 of now, each its own, and rise", () => {
  const newId = createIds();
  const ids = Array.from({ length: 10_000 }, newId);
  expect(ids.filter((id) => !UUIDV7.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
  const made = Number.parseInt((ids[0] as string).replace("-", "").slice(0, 12), 16);
  expect(Math.abs(Date.now() - made)).toBeLessThan(10_000);
});

test("two makers of ids at the same moment share none", () => {
  const [one, other] = [createIds(), createIds()];
  const ids = Array.from({ length: 5000 }, () => [one(), other()]).flat();
  expect(new Set(ids).size).toBe(ids.length);
});
