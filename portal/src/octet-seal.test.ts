import { createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { openOctetSeal } from "./octet-seal.ts";

const HEAD_BYTES = 12;
const TAG_BYTES = 16;

/** Opens a text by node's own counter mode and HMAC. */
function openAnew(master: Buffer, text: string): { octets: Buffer; isAuthentic: boolean } {
  const keyFor = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", master, "", `foyer portal ${purpose}`, 32));
  const sealed = Buffer.from(text, "base64url");
  const signed = sealed.subarray(0, -TAG_BYTES);
  const tag = createHmac("sha256", keyFor("authenticate")).update(signed).digest();
  const counter = Buffer.concat([sealed.subarray(0, 8), Buffer.alloc(4), sealed.subarray(8, 12)]);
  const decipher = createDecipheriv("aes-256-ctr", keyFor("encrypt"), counter);
  return {
    octets: Buffer.concat([decipher.update(signed.subarray(HEAD_BYTES)), decipher.final()]),
    isAuthentic: sealed.subarray(-TAG_BYTES).equals(tag.subarray(0, TAG_BYTES)),
  };
}

test("SP 800-38A §6.5, RFC 2104: what is sealed is what node's own counter mode and HMAC make of it", () => {
  const master = randomBytes(32);
  const seal = openOctetSeal(master);
  for (const length of [0, 1, 15, 16, 17, 400, 4084, 4085, 5000, 40_000]) {
    const octets = randomBytes(length);
    const sealed = seal.seal(octets);
    expect(openAnew(master, sealed)).toEqual({ octets, isAuthentic: true });
    expect(seal.open(sealed)).toEqual(octets);
    // After a restart.
    expect(openOctetSeal(master).open(sealed)).toEqual(octets);
  }
});

test("no two texts are encrypted by the same block, be it by another seal of the same key", () => {
  const master = randomBytes(32);
  const used = new Set<string>();
  for (const seal of [openOctetSeal(master), openOctetSeal(master)])
    for (let at = 0; at < 1000; at += 1) {
      const length = at % 500 === 0 ? 40_000 : 1 + ((at * 7) % 700);
      const sealed = Buffer.from(seal.seal(Buffer.alloc(length)), "base64url");
      const nonce = sealed.toString("hex", 0, 8);
      for (let block = 0; block < Math.ceil(length / 16); block += 1) {
        const name = `${nonce} ${sealed.readUInt32BE(8) + block}`;
        expect(used.has(name)).toBe(false);
        used.add(name);
      }
    }
});
