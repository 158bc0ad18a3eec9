import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listContents, listFaults, readManifest, writeManifest } from "./manifest.ts";
import { findSignatureFault, signRelease } from "./signature.ts";

function makeKeys(type: "ed25519" | "ed448" = "ed25519"): { own: string; open: string } {
  const { privateKey, publicKey } = generateKeyPairSync(type as "ed25519");
  return {
    own: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    open: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

function makeRelease(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-signed-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "install"), "#!/bin/sh\n");
  const files = listContents(folder);
  writeManifest(folder, { version: "1.0.0", architecture: "x64", node: "v26.0.0", files });
  return folder;
}

test("a release is known by the key that signed it, and by no other", () => {
  const folder = makeRelease();
  const { own, open } = makeKeys();
  expect(findSignatureFault(folder, open)).toBe("unsigned");
  signRelease(folder, own);
  expect(findSignatureFault(folder, open)).toBeNull();
  expect(findSignatureFault(folder, makeKeys().open)).toBe("signed-by-another");
  // The signature is beside what it is about, and no part of it.
  const manifest = readManifest(folder);
  expect(manifest && listFaults(folder, manifest)).toEqual([]);
});

test("a manifest that was changed after it was signed is nobody's", () => {
  const folder = makeRelease();
  const { own, open } = makeKeys();
  signRelease(folder, own);
  writeFileSync(join(folder, "install"), "#!/bin/sh\nrm -r /\n");
  const files = listContents(folder);
  writeManifest(folder, { version: "1.0.0", architecture: "x64", node: "v26.0.0", files });
  expect(findSignatureFault(folder, open)).toBe("signed-by-another");
  writeFileSync(join(folder, "release.json.sig"), "nonsense");
  expect(findSignatureFault(folder, open)).toBe("signed-by-another");
});

test("another kind of key signs nothing", () => {
  expect(() => signRelease(makeRelease(), makeKeys("ed448").own)).toThrow("Ed25519");
});
