import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMd5, isDigestAt } from "./md5.ts";

const md5 = createMd5();
const finish = () => {
  const digest = Buffer.alloc(16);
  md5.finish(digest, 0);
  return digest.toString("hex");
};
const digestOf = (...parts: readonly Uint8Array[]) => {
  md5.begin();
  for (const part of parts) md5.add(part);
  return finish();
};
const truthOf = (octets: Uint8Array) => createHash("md5").update(octets).digest("hex");

describe("MD5", () => {
  test.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
    [
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "d174ab98d277d9f5a5611c2c9f419d9f",
    ],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a",
    ],
  ])("of %j is what RFC 1321 §A.5 says", (text, digest) => {
    expect(digestOf(Buffer.from(text))).toBe(digest);
  });

  test("of every length around a block's end is what OpenSSL says", () => {
    for (let length = 0; length <= 200; length++) {
      const octets = Buffer.alloc(length, 0xa5);
      expect(digestOf(octets)).toBe(truthOf(octets));
    }
  });

  test("of any octets in any pieces is what OpenSSL says of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), (parts) => {
        expect(digestOf(...parts)).toBe(truthOf(Buffer.concat(parts)));
      }),
    );
  });

  test("goes on after a state as often as it is asked to", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.uint8Array({ maxLength: 300 }),
        (block, rest) => {
          md5.begin();
          md5.add(block);
          const state = md5.keep();
          for (const octets of [rest, Buffer.from("another"), rest]) {
            md5.begin(state);
            md5.add(octets);
            expect(finish()).toBe(truthOf(Buffer.concat([block, octets])));
          }
        },
      ),
    );
  });

  test("takes a part of an array, and writes its digest to where it is told", () => {
    const octets = Buffer.from("xxabcxx");
    md5.begin();
    md5.add(octets, 2, 5);
    const into = Buffer.alloc(18, 0xff);
    md5.finish(into, 1);
    expect(into.toString("hex")).toBe("ff900150983cd24fb0d6963f7d28e17f72ff");
  });

  test("keeps no state in the middle of a block", () => {
    md5.begin();
    md5.add(Buffer.alloc(65));
    expect(md5.keep).toThrow("between two blocks");
  });

  test("is the same as 16 octets, wherever they lie, only when all of them are", () => {
    const digest = Buffer.from(truthOf(Buffer.from("abc")), "hex");
    const octets = Buffer.concat([Buffer.of(1, 2), digest]);
    expect(isDigestAt(digest, octets, 2)).toBe(true);
    for (let at = 0; at < 16; at++)
      for (let bit = 0; bit < 8; bit++) {
        const other = Buffer.from(octets);
        other[2 + at] = (other[2 + at] as number) ^ (1 << bit);
        expect(isDigestAt(digest, other, 2)).toBe(false);
      }
    // What ends before the 16th octet is no digest, be it zero.
    expect(isDigestAt(Buffer.alloc(16), Buffer.alloc(17), 2)).toBe(false);
  });
});
