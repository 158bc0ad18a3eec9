import type { DeviceRule } from "@foyer/contract";
import { expect, test } from "vitest";
import { findBlock, findDeviceRule, isBlocked } from "./device-rules.ts";

const MAC = "AA-BB-CC-00-00-01";
const now = new Date("2026-03-01T02:00:00Z");
const rule = (some: Partial<DeviceRule> = {}): DeviceRule => ({
  ...{ id: "0199f000-0000-7000-8000-0000000000aa", mac: MAC, kind: "block" },
  ...{ policyId: null, until: null, ...some },
});

test("a device that staff block is blocked, and no other", () => {
  expect(isBlocked([rule()], { mac: MAC, now })).toBe(true);
  expect(isBlocked([rule()], { mac: "AA-BB-CC-00-00-02", now })).toBe(false);
  expect(isBlocked([rule()], { mac: null, now })).toBe(false);
  expect(isBlocked(undefined, { mac: MAC, now })).toBe(false);
});

test("a rule ends at its moment, not before", () => {
  const until = "2026-03-01T02:00:00Z";
  const before = new Date(now.getTime() - 1);
  expect(isBlocked([rule({ until })], { mac: MAC, now: before })).toBe(true);
  expect(isBlocked([rule({ until })], { mac: MAC, now })).toBe(false);
});

test("where a device is both allowed and blocked it is blocked, in whatever order", () => {
  const allow = rule({ kind: "allow" });
  expect(findDeviceRule([allow, rule()], { mac: MAC, now })?.kind).toBe("block");
  expect(findDeviceRule([rule(), allow], { mac: MAC, now })?.kind).toBe("block");
});

test("a device that is blocked more than once is blocked until the last block ends, in whatever order", () => {
  const [soon, late] = ["2026-03-01T03:00:00Z", "2026-03-01T04:00:00+00:00"].map((until) =>
    rule({ until }),
  ) as [DeviceRule, DeviceRule];
  const endOf = (rules: DeviceRule[]) => findBlock(rules, { mac: MAC, now })?.until;
  expect(endOf([soon, late])).toBe(late.until);
  expect(endOf([late, soon])).toBe(late.until);
  expect(endOf([late, rule(), soon])).toBeNull();
  expect(endOf([rule({ kind: "allow" })])).toBeUndefined();
});

test("once the block has run out, the device is allowed again as it was", () => {
  const over = rule({ until: "2026-03-01T01:00:00Z" });
  expect(findDeviceRule([over, rule({ kind: "allow" })], { mac: MAC, now })?.kind).toBe("allow");
});

test("a longer list is looked through by its own rules, though a shorter one was before", () => {
  expect(findDeviceRule([rule()], { mac: "AA-BB-CC-00-00-02", now })).toBeNull();
  const longer = [rule(), rule({ mac: "AA-BB-CC-00-00-02" })];
  expect(findDeviceRule(longer, { mac: "AA-BB-CC-00-00-02", now })?.kind).toBe("block");
});
