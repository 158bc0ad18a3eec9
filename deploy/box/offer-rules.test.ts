import { generateKeyPairSync } from "node:crypto";
import { signAnnouncement } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { findOfferFault, isOlder, type OfferFacts } from "./offer-rules.ts";

const makeKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    own: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    open: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
};
const key = makeKey();
const announcement = signAnnouncement(
  {
    ...{ version: "0.2.0+0123456789", architecture: "x64", bytes: 1000 },
    ...{ sha256: "ab".repeat(32), signedAt: "2026-11-27T08:00:00.000Z" },
  },
  key.own,
);
const facts: OfferFacts = {
  ...{ announcement, releaseKey: key.open, architecture: "x64" },
  ...{ newestSignedAt: null, running: "0.1.0+abcdefabcd" },
};

describe("a box goes by itself", () => {
  test("to a release that is signed, for its processor, and newer", () => {
    expect(findOfferFault(facts)).toBeNull();
    // A machine that was installed from an image that is being made.
    expect(findOfferFault({ ...facts, running: null })).toBeNull();
  });

  test.each<[string, Partial<OfferFacts>, string]>([
    ["it was given no key", { releaseKey: null }, "no-key"],
    ["another has signed it", { releaseKey: makeKey().open }, "signed-by-another"],
    [
      "what was signed was changed",
      { announcement: { ...announcement, sha256: "ac".repeat(32) } },
      "signed-by-another",
    ],
    ["it is for another processor", { architecture: "arm64" }, "other-processor"],
    ["it runs", { running: "0.2.0+0123456789" }, "runs-already"],
    ["a newer one runs", { running: "0.10.0" }, "older-than-what-runs"],
    [
      "a later one was taken already",
      { newestSignedAt: "2026-11-27T08:00:00.001Z" },
      "older-than-the-last",
    ],
  ])("to none where %s", (_why, change, fault) => {
    expect(findOfferFault({ ...facts, ...change })).toBe(fault);
  });
});

test("versions are ordered by their three numbers alone", () => {
  expect(isOlder("0.9.9", "0.10.0")).toBe(true);
  expect(isOlder("1.0.0", "0.10.0")).toBe(false);
  expect(isOlder("0.2.0+ffff", "0.2.0+aaaa")).toBe(false);
  expect(isOlder("0.2", "0.2.1")).toBe(true);
});
