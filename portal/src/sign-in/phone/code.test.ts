import { createHmac } from "node:crypto";
import { SignInSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { CODE_DIGITS, codeOf, isCodeOf, makeCodeSecret, readCode } from "./code.ts";

/** RFC 4226 appendix D: the secret "12345678901234567890" in base32. */
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test("RFC 4226 appendix D: count 0 of the test secret is 755224", () => {
  expect(codeOf(RFC_SECRET)).toBe("755224");
});

test("RFC 4226 §5.3: a code agrees with the truncation computed by hand", () => {
  const secret = makeCodeSecret();
  const bits = [...secret].map((each) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(each));
  const binary = bits.map((each) => each.toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(binary.match(/.{8}/g)?.map((each) => Number.parseInt(each, 2)) ?? []);
  const hash = createHmac("sha1", key).update(Buffer.alloc(8)).digest();
  const at = (hash[19] ?? 0) & 0xf;
  const value = (hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000;
  expect(codeOf(secret)).toBe(String(value).padStart(6, "0"));
});

test("the code of the next count is not taken: nobody looks ahead", () => {
  expect(isCodeOf(RFC_SECRET, "755224")).toBe(true);
  expect(isCodeOf(RFC_SECRET, "287082")).toBe(false);
});

test("each request has a secret of its own, of 160 bits", () => {
  const secrets = new Set(Array.from({ length: 50 }, makeCodeSecret));
  expect(secrets.size).toBe(50);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
});

test("whoever guesses one code has at most one chance in 100,000", () => {
  const { triesMax } = SignInSettings.properties.phone.properties;
  const tries = Number(Reflect.get(triesMax, "maximum"));
  expect(tries * 100_000).toBeLessThanOrEqual(10 ** CODE_DIGITS);
});

test("no code is likelier than another: a secret of the uneven rest of 31 bits is drawn anew", () => {
  // RFC 4226 §5.3 takes them modulo 10^6; the first 483,648 codes would have one more chance each.
  const UNEVEN = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAFB6";
  const drawn = [UNEVEN, RFC_SECRET];
  expect(makeCodeSecret(() => drawn.shift() ?? "")).toBe(RFC_SECRET);
});

test.each([
  ["123456", "123456"],
  [" 123 456 ", "123456"],
  ["123-456", "123456"],
  ["12345", null],
  ["1234567", null],
  ["12345a", null],
  ["", null],
])("typed %j is read as %j", (typed, code) => {
  expect(readCode(typed)).toBe(code);
});
