import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isAnnouncementSigned, signAnnouncement } from "./announcement-signature.ts";

const pem = (kind: "ed25519" | "ed448") => {
  const options = { type: "pkcs8", format: "pem" } as const;
  const made = kind === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ed448");
  return {
    privateKey: made.privateKey.export(options).toString(),
    publicKey: made.publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
};
const SAID = {
  ...{ version: "0.2.0+0123456789", architecture: "x64" as const, bytes: 52_000_000 },
  ...{ sha256: "ab".repeat(32), signedAt: "2026-11-27T08:00:00.000Z" },
};

describe("an announcement of a release", () => {
  const { privateKey, publicKey } = pem("ed25519");
  const announcement = signAnnouncement(SAID, privateKey);

  test("is believed by the public half of the key that signed it, and by no other", () => {
    expect(isAnnouncementSigned(announcement, publicKey)).toBe(true);
    expect(isAnnouncementSigned(announcement, pem("ed25519").publicKey)).toBe(false);
  });

  test.each([
    ["another version", { version: "0.3.0" }],
    ["another processor", { architecture: "arm64" as const }],
    ["another length", { bytes: 52_000_001 }],
    ["other contents", { sha256: "ac".repeat(32) }],
    ["another time", { signedAt: "2026-11-28T08:00:00.000Z" }],
  ])("is not believed with %s", (_what, change) => {
    expect(isAnnouncementSigned({ ...announcement, ...change }, publicKey)).toBe(false);
  });

  test("is signed by a key of one kind alone", () => {
    expect(() => signAnnouncement(SAID, pem("ed448").privateKey)).toThrow("Ed25519");
  });
});
