import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { PRIVATE_KEY_FILE, PUBLIC_KEY_FILE, readReleaseKey } from "./release-key.ts";

const COMMAND = join(import.meta.dirname, "release-key");

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-key-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("one command makes the key that signs and its public half, says where each belongs, and overwrites none", () => {
  const folder = makeFolder();
  const said = execFileSync(COMMAND, ["--into", folder], { encoding: "utf8" });
  const file = join(folder, PRIVATE_KEY_FILE);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const read = readReleaseKey(readFileSync(join(folder, PUBLIC_KEY_FILE), "utf8"));
  expect(read.kind).toBe("key");
  if (read.kind === "key") expect(said).toContain(read.name);
  for (const words of [`--sign ${file}`, "sudo foyer trust", "sudo foyer-cloud trust"])
    expect(said).toContain(words);
  const own = readFileSync(file, "utf8");
  expect(spawnSync(COMMAND, ["--into", folder]).status).toBe(1);
  expect(readFileSync(file, "utf8")).toBe(own);
});

test("a box trusts a public half alone: a private one, another kind of key and no key are told apart", () => {
  const pem = (key: { export: (form: never) => string | Buffer }, type: string) =>
    String(key.export({ type, format: "pem" } as never));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  expect(readReleaseKey(pem(publicKey, "spki"))).toMatchObject({
    ...{ kind: "key", pem: pem(publicKey, "spki") },
    name: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(readReleaseKey(pem(privateKey, "pkcs8"))).toEqual({ kind: "private" });
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
  expect(readReleaseKey(pem(other.publicKey, "spki"))).toEqual({ kind: "other" });
  expect(readReleaseKey("hello")).toEqual({ kind: "other" });
});
