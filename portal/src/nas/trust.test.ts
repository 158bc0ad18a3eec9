import { describe, expect, test } from "vitest";
import { coovaNas } from "./fixtures/examples.ts";
import { comesFromGuest, comesFromNas } from "./trust.ts";

const at = (source: string) => ({ ...coovaNas, source });

describe("a request comes from the NAS itself", () => {
  test.each([
    ["10.10.0.1", "10.10.0.1"],
    ["10.10.0.1/32", "10.10.0.1"],
    ["10.10.0.1", "::ffff:10.10.0.1"],
    ["2001:db8::1", "2001:0db8:0:0:0:0:0:1"],
    ["2001:db8::1/128", "2001:db8::1"],
    ["fe80::1", "fe80::1%eth0"],
  ])("whose source is %s, from %s", (source, remote) => {
    expect(comesFromNas(at(source), remote)).toBe(true);
  });

  test.each([
    ["10.10.0.0/24", "10.10.0.1"],
    ["10.0.0.0/8", "10.10.0.92"],
    ["2001:db8::/64", "2001:db8::1"],
    ["10.10.0.1", "10.10.0.2"],
    ["10.10.0.1", "2001:db8::1"],
    ["10.10.0.1", "somewhere"],
    ["nowhere", "10.10.0.1"],
  ])("not where its source is %s, a network or another, from %s", (source, remote) => {
    expect(comesFromNas(at(source), remote)).toBe(false);
  });

  test("a signed link passed on within the network of a NAS's source is not its guest's", () => {
    expect(comesFromGuest(at("10.0.0.0/8"), "10.10.0.92", "10.10.0.201")).toBe(false);
    expect(comesFromGuest(at("10.0.0.0/8"), "10.10.0.92", "10.10.0.92")).toBe(true);
  });
});
