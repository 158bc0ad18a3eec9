import { expect, test } from "vitest";
import { countKeyCalls } from "./key-limits.ts";

test("a key calls so often a minute, whatever others do, and again in the next", () => {
  const limits = countKeyCalls(2);
  expect([limits.take("a", 0), limits.take("a", 1000), limits.take("a", 15_000)]).toEqual([
    null,
    null,
    45,
  ]);
  expect(limits.take("b", 15_000)).toBeNull();
  expect(limits.take("a", 60_000)).toBeNull();
});
