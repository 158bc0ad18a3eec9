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
  const json = JSON.stringify({ mac: "02-AA-BB-CC-00-01", nested: { phone: "+84912345678" } });
  const [one, other] = [seal.seal(json), seal.seal(json)];
  expect(seal.open(one)?.json).toBe(json);
  expect(one).not.toBe(other);
  expect(Buffer.from(one, "base64url").toString("latin1")).not.toContain("0912");
});

test("RFC 1951: long text is packed, and comes back whatever it is", () => {
  const seal = openSeal(randomBytes(32));
  for (const length of [1, 1021, 1022, 1023, 1024, 4000]) {
    const json = JSON.stringify({ text: "ễ".repeat(length) });
    expect(seal.open(seal.seal(json))?.json).toBe(json);
    const list = JSON.stringify(Array.from({ length: length / 3 }, (_, i) => i));
    expect(seal.open(seal.seal(list))?.json).toBe(list);
  }
  expect(seal.seal(JSON.stringify("a".repeat(4000))).length).toBeLessThan(200);
});

test("what would unpack to more than a page ever carries is refused", () => {
  const seal = openSeal(randomBytes(32));
  expect(seal.open(seal.seal(JSON.stringify(["a".repeat(20_000)])))).toBeNull();
});

test("a changed bit, another key, and what was never sealed are refused without a throw", () => {
  const key = randomBytes(32);
  const sealed = Buffer.from(openSeal(key).seal('{"a":1}'), "base64url");
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(openSeal(key).open(changed.toString("base64url"))).toBeNull();
  }
  for (let length = 0; length < sealed.length; length += 1)
    expect(openSeal(key).open(sealed.subarray(0, length).toString("base64url"))).toBeNull();
  expect(openSeal(randomBytes(32)).open(sealed.toString("base64url"))).toBeNull();
  for (const text of ["", "x", "A".repeat(1000), "💥"]) expect(openSeal(key).open(text)).toBeNull();
});
