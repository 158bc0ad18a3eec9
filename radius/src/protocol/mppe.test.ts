import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hideKey, MICROSOFT, mppeAttributes, revealKey } from "./mppe.ts";

const authenticator = randomBytes(16);
const secret = Buffer.from("radius-secret-of-a-test");

test("RFC 2548 §2.4.2: a key of any length is hidden and read again", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.uint8Array({ minLength: 2, maxLength: 2 }),
      (key, salt) => {
        const hidden = hideKey(key, { authenticator, secret, salt });
        expect(hidden[0]).toBeGreaterThanOrEqual(0x80);
        expect((hidden.length - 2) % 16).toBe(0);
        expect(revealKey(hidden, { authenticator, secret })).toEqual(Buffer.from(key));
      },
    ),
  );
});

test("the NAS receives with the first half and sends with the second, under two salts", () => {
  const masterKey = randomBytes(64);
  const options = { authenticator, secret, salt: randomBytes(2) };
  const [receive, send] = mppeAttributes(masterKey, options).map((each) => {
    expect(each.vendor).toBe(MICROSOFT);
    return { type: each.type, value: Buffer.from(each.value) };
  });
  if (!receive || !send) throw new Error("a key is missing");
  expect([receive.type, send.type]).toEqual([17, 16]);
  expect(revealKey(receive.value, options)).toEqual(masterKey.subarray(0, 32));
  expect(revealKey(send.value, options)).toEqual(masterKey.subarray(32));
  expect(receive.value.subarray(0, 2)).not.toEqual(send.value.subarray(0, 2));
});
