import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isProved,
  proveKey,
  readEnrolmentCode,
  readPublicKey,
  writeEnrolmentCode,
} from "./enrolment.ts";

const CODE = "7K3M-Q0ZT-1A9V-WXYZ";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const x = publicKey.export({ format: "jwk" }).x as string;

test("a code is read however it was typed", () => {
  const kept = CODE.replaceAll("-", "");
  for (const typed of [CODE, CODE.toLowerCase(), CODE.replaceAll("-", " "), `  ${kept} `])
    expect(readEnrolmentCode(typed)).toBe(kept);
  // Letters that look like a digit are that digit.
  expect(readEnrolmentCode("7k3m-qozt-ia9v-wxyz")).toBe(kept);
  expect(readEnrolmentCode("7k3m-qozt-la9v-wxyz")).toBe(kept);
});

test.each(["", "7K3M", `${CODE}0`, CODE.replace("7", "U"), CODE.replace("7", "Ä")])(
  "%j is no code",
  (text) => expect(readEnrolmentCode(text)).toBeNull(),
);

test("every 80 bits make another code, which is read back", () => {
  const octets = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(octets, octets, (one, other) => {
      const code = writeEnrolmentCode(one);
      expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
      expect(readEnrolmentCode(code)).toBe(code.replaceAll("-", ""));
      const isSame = Buffer.from(one).equals(Buffer.from(other));
      expect(writeEnrolmentCode(other) === code).toBe(isSame);
    }),
  );
});

test("a key is proved for one code and one box, by its own half alone", () => {
  const proof = proveKey({ kind: "enrol", code: CODE }, privateKey);
  expect(isProved({ kind: "enrol", code: CODE.toLowerCase() }, { publicKey: x, proof })).toBe(true);
  const other = { kind: "enrol", code: CODE.replace("7", "8") } as const;
  expect(isProved(other, { publicKey: x, proof })).toBe(false);
  expect(isProved({ kind: "next-key", boxId: CODE }, { publicKey: x, proof })).toBe(false);
  const strange = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x as string;
  expect(isProved({ kind: "enrol", code: CODE }, { publicKey: strange, proof })).toBe(false);
});

test("octets that are no key are none", () => {
  expect(readPublicKey("short")).toBeNull();
  expect(readPublicKey("")).toBeNull();
  expect(readPublicKey(x)).not.toBeNull();
});
