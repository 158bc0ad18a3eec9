import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openSealing } from "./sealing.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-sealing-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("what is sealed is opened by the folder's key, made at the first start for its own user alone", async () => {
  const folder = makeFolder();
  const sealed = (await openSealing(folder)).seal("secret", "place");
  expect(sealed.toString("latin1")).not.toContain("secret");
  expect((await openSealing(folder)).open(sealed, "place")).toBe("secret");
  expect(statSync(join(folder, "secrets-key")).mode & 0o777).toBe(0o600);
});

test("nothing is opened at another place, by another key, or changed", async () => {
  const sealing = await openSealing(makeFolder());
  const other = await openSealing(makeFolder());
  const sealed = sealing.seal("secret", "place");
  expect(() => sealing.open(sealed, "another place")).toThrow();
  expect(() => other.open(sealed, "place")).toThrow();
  const changed = Buffer.from(sealed);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  expect(() => sealing.open(changed, "place")).toThrow();
});

test("a file that is no key ends the start with its name", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "secrets-key"), "short");
  await expect(openSealing(folder)).rejects.toThrow("secrets-key is no key");
});
