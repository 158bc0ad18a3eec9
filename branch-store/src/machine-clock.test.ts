import { expect, test } from "vitest";
import { chooseCount, findMachineClock, holdCount } from "./machine-clock.ts";

test.skipIf(process.platform !== "linux")(
  "the machine names its boot, and its count only rises",
  async () => {
    const [one, other] = [findMachineClock()!, findMachineClock()!];
    expect(one.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(other.bootId).toBe(one.bootId);
    const before = one.uptimeMilliseconds();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(other.uptimeMilliseconds()).toBeGreaterThan(before);
  },
);

test("a machine's count holds what it slept, and a container's own uptime is not taken for it", () => {
  const monotonicNanoseconds = () => 5_000_000_000_000n;
  const slept = chooseCount({ uptimeSeconds: () => 6000.25, monotonicNanoseconds });
  expect(slept()).toBe(6_000_250);
  const container = chooseCount({ uptimeSeconds: () => 60, monotonicNanoseconds });
  expect(container()).toBe(5_000_000);
});

test("a count is read again after five milliseconds, so that many who ask at once cost one reading", () => {
  let ran = 100;
  let counted = 5000;
  const held = holdCount(
    () => counted,
    () => ran,
  );
  expect(held()).toBe(5000);
  ran += 4.9;
  counted += 10;
  expect(held()).toBe(5000);
  ran += 0.1;
  expect(held()).toBe(5010);
  // What the machine slept is no part of what the process ran, and is told all the same.
  ran += 5;
  counted += 3_600_000;
  expect(held()).toBe(3_605_010);
});
