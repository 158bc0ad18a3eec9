import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { MICROSOFT, mppeAttributes } from "./mppe.ts";
import { revealSalted } from "./salted.ts";

const authenticator = randomBytes(16);
const secret = Buffer.from("radius-secret-of-a-test");

test("RFC 2548 §2.4: the NAS receives with the first half and sends with the second, under two salts", () => {
  const masterKey = randomBytes(64);
  const options = { authenticator, secret, salt: randomBytes(2) };
  const [receive, send] = mppeAttributes(masterKey, options).map((each) => {
    expect(each.vendor).toBe(MICROSOFT);
    return { type: each.type, value: Buffer.from(each.value) };
  });
  if (!receive || !send) throw new Error("a key is missing");
  expect([receive.type, send.type]).toEqual([17, 16]);
  expect(revealSalted(receive.value, options)).toEqual(masterKey.subarray(0, 32));
  expect(revealSalted(send.value, options)).toEqual(masterKey.subarray(32));
  expect(receive.value.subarray(0, 2)).not.toEqual(send.value.subarray(0, 2));
});
