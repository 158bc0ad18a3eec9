import { expect, it } from "vitest";
import { normaliseMac } from "./mac.ts";

it("writes a MAC one way, however a NAS wrote it", () => {
  for (const text of [
    "AA-BB-CC-DD-EE-FF",
    "aa:bb:cc:dd:ee:ff",
    "aabbccddeeff",
    "aabb.ccdd.eeff",
    "AABBCC-DDEEFF",
  ])
    expect(normaliseMac(text)).toBe("AA-BB-CC-DD-EE-FF");
});

it("refuses what is no MAC", () => {
  for (const text of ["", "aa:bb:cc:dd:ee", "aa:bb:cc:dd:ee:ff:00", "gg:bb:cc:dd:ee:ff", "ENC12"])
    expect(normaliseMac(text)).toBeNull();
  expect(normaliseMac("a-a-b-b-c-c-d-d-e-e-f-f-")).toBeNull();
});
