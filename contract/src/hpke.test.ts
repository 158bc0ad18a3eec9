import { createPrivateKey, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import {
  beginOpening,
  beginSealing,
  makeX25519,
  readX25519,
  readX25519Private,
  writeX25519,
} from "./hpke.ts";

const octets = (hex: string) => Buffer.from(hex, "hex");

/** The 32 octets of a private key as PKCS #8 has them (RFC 8410 §7). */
function readSecret(hex: string): KeyObject {
  const key = Buffer.concat([octets("302e020100300506032b656e04220420"), octets(hex)]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

// RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode.
const INFO = octets("4f6465206f6e2061204772656369616e2055726e");
const RECIPIENT = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8";
const RECIPIENT_PUBLIC = "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d";
const ENCAPSULATED = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431";
const TEXT = octets("4265617574792069732074727574682c20747275746820626561757479");
const SEALED = [
  "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
  "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab251c03d0c22a56b8ca42c2063b84",
];

test("what RFC 9180 A.1.1 has sealed is opened, message by message, and sealed to the same octets", () => {
  const key = readSecret(RECIPIENT);
  expect(Buffer.from(writeX25519(key), "base64url").toString("hex")).toBe(RECIPIENT_PUBLIC);
  const encapsulated = octets(ENCAPSULATED).toString("base64url");
  const context = beginOpening(key, encapsulated, { info: INFO, cipher: "aes-128-gcm" });
  for (const [seq, sealed] of SEALED.entries()) {
    const associated = Buffer.from(`Count-${seq}`);
    expect(context?.open(seq, associated, octets(sealed))).toEqual(TEXT);
    expect(context?.seal(seq, associated, TEXT).toString("hex")).toBe(sealed);
  }
});

test("what is sealed to a key is opened by its private half alone, in its place, unchanged", () => {
  const made = makeX25519();
  const recipient = readX25519(made.publicKey) as KeyObject;
  const purpose = Buffer.from("a test");
  const { encapsulated, context } = beginSealing(recipient, { info: purpose });
  const about = Buffer.from("guest");
  const sealed = context.seal(300, about, TEXT);
  const open = (key: KeyObject, words = purpose) =>
    beginOpening(key, encapsulated, { info: words });
  const own = readX25519Private(made.privateKey);
  expect(open(own)?.open(300, about, sealed)).toEqual(TEXT);
  expect(open(own)?.open(301, about, sealed)).toBeNull();
  expect(open(own)?.open(300, Buffer.from("guess"), sealed)).toBeNull();
  expect(open(own, Buffer.from("another"))?.open(300, about, sealed)).toBeNull();
  expect(open(readX25519Private(makeX25519().privateKey))?.open(300, about, sealed)).toBeNull();
  for (const at of [0, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(open(own)?.open(300, about, changed)).toBeNull();
  }
  expect(open(own)?.open(300, about, sealed.subarray(0, 15))).toBeNull();
});

test("two sealings to the same key share nothing", () => {
  const recipient = readX25519(makeX25519().publicKey) as KeyObject;
  const [one, two] = [1, 2].map(() => beginSealing(recipient, { info: INFO }));
  expect(one?.encapsulated).not.toBe(two?.encapsulated);
  expect(one?.context.seal(0, INFO, TEXT)).not.toEqual(two?.context.seal(0, INFO, TEXT));
});

test("octets that are no key, or a point of small order, open nothing", () => {
  const key = readX25519Private(makeX25519().privateKey);
  const zeros = Buffer.alloc(32).toString("base64url");
  expect(beginOpening(key, zeros, { info: INFO })).toBeNull();
  expect(beginOpening(key, "AAAA", { info: INFO })).toBeNull();
  expect(readX25519("AAAA")).toBeNull();
});

test("a number of a message that is not exact is a fault, and no nonce", () => {
  const { context } = beginSealing(readX25519(makeX25519().publicKey) as KeyObject, { info: INFO });
  for (const seq of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1])
    expect(() => context.seal(seq, INFO, TEXT)).toThrow(/no number/);
});
