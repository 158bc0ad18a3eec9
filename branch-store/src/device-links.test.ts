import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openDeviceLink, sealDeviceLink } from "./device-links.ts";

const SECRET = "a-secret-of-the-controller";
const link = {
  mac: "02-AA-BB-CC-00-01",
  sessionId: "0A0A0A0A0000000B5C2A1D3E",
  at: new Date("2026-03-01T02:00:00Z"),
};

test("what radius seals the portal opens, and an address has room for it beside the portal's", () => {
  const text = sealDeviceLink(SECRET, link);
  expect(openDeviceLink(SECRET, text)).toEqual(link);
  expect(text).toMatch(/^[\w-]{80,100}$/);
  expect(text).not.toContain("02AABBCC0001");
  const longest = sealDeviceLink(SECRET, { ...link, sessionId: "x".repeat(200) });
  expect(longest.length).toBeLessThan(120);
  expect(openDeviceLink(SECRET, longest)?.sessionId).toBe("x".repeat(48));
});

test("no two of them are alike, so that each can be told from the one before", () => {
  expect(sealDeviceLink(SECRET, link)).not.toBe(sealDeviceLink(SECRET, link));
});

test("another NAS's secret opens none, nor is one opened of which a letter was changed, cut off or added", () => {
  const text = sealDeviceLink(SECRET, link);
  expect(openDeviceLink("a-secret-of-another", text)).toBeNull();
  for (const letter of "Aaz09-_=")
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + letter + text.slice(at + 1);
      if (changed !== text) expect(openDeviceLink(SECRET, changed)).toBeNull();
      expect(openDeviceLink(SECRET, text.slice(0, at))).toBeNull();
      expect(openDeviceLink(SECRET, text + letter)).toBeNull();
    }
});

test("whatever a stranger writes is opened as nothing, and throws nothing", () => {
  for (let bytes = 0; bytes < 200; bytes += 1) {
    const octets = randomBytes(bytes);
    for (const encoding of ["base64url", "base64", "hex", "latin1", "utf8"] as const)
      expect(openDeviceLink(SECRET, octets.toString(encoding))).toBeNull();
  }
});
