import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { KEY_FILE, openSeal, readOrMakeKey } from "./sealed.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foyer-key-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("the key is made once, is random, and only its owner may read it", () => {
  const folder = makeFolder();
  const key = readOrMakeKey(folder);
  expect(key).toHaveLength(32);
  expect(readOrMakeKey(folder)).toEqual(key);
  expect(readOrMakeKey(makeFolder())).not.toEqual(key);
  expect(statSync(join(folder, KEY_FILE)).mode & 0o777).toBe(0o600);
});

test("a key file that was cut short is refused, not padded", () => {
  const folder = makeFolder();
  writeFileSync(join(folder, KEY_FILE), "short");
  expect(() => readOrMakeKey(folder)).toThrow(/portal-key does not hold 32 bytes/);
});

test("what was sealed comes back, shows nothing in clear, and differs each time", () => {
  const seal = openSeal(randomBytes(32));
  const value = { mac: "02-AA-BB-CC-00-01", nested: { phone: "+84912345678" } };
  const [one, other] = [seal.seal(value), seal.seal({ ...value })];
  expect(seal.open(one)).toEqual(value);
  expect(one).not.toBe(other);
  expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("0912");
});

test("a changed bit, another key, and what was never sealed are refused without a throw", () => {
  const key = randomBytes(32);
  const sealed = Buffer.from(openSeal(key).seal({ a: 1 }), "base64url");
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(openSeal(key).open(changed.toString("base64url"))).toBeNull();
  }
  expect(openSeal(randomBytes(32)).open(sealed.toString("base64url"))).toBeNull();
  for (const text of ["", "x", "A".repeat(1000), "💥"]) expect(openSeal(key).open(text)).toBeNull();
});
