import { expect, test } from "vitest";
import { chooseCount, findMachineClock } from "./machine-clock.ts";

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
