import { expect, test } from "vitest";
import { takeRandomBytes } from "./random.ts";

test("bytes are given once, as many as were asked for", () => {
  const seen = new Set<string>();
  for (let at = 0; at < 2000; at += 1) {
    const taken = takeRandomBytes(12);
    expect(taken).toHaveLength(12);
    seen.add(taken.toString("hex"));
  }
  expect(seen.size).toBe(2000);
  expect(takeRandomBytes(10_000)).toHaveLength(10_000);
});

test("what was taken is its taker's own, and stays as it was", () => {
  const first = takeRandomBytes(16);
  const before = first.toString("hex");
  for (let at = 0; at < 1000; at += 1) takeRandomBytes(16).fill(7);
  expect(first.toString("hex")).toBe(before);
});
