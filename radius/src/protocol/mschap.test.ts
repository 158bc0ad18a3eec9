import { describe, expect, test } from "vitest";
import { md4 } from "./md4.ts";
import {
  authenticatorResponse,
  desEncrypt,
  isNtResponseRight,
  mschapError,
  mschapKeys,
  mschapSuccess,
  ntHash,
  ntResponse,
  readMschapAnswer,
} from "./mschap.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

// RFC 2759 §9.2.
const PASSWORD = "clientPass";
const exchange = {
  userName: Buffer.from("User"),
  serverChallenge: hex("5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28"),
  peerChallenge: hex("21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E"),
  ntResponse: hex("82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF"),
};

test.each([
  ["", "31d6cfe0d16ae931b73c59d7e0c089c0"],
  ["a", "bde52cb31de33e46245e05fbdbd6fb24"],
  ["abc", "a448017aaf21d8525fc10ae87aa6729d"],
  ["message digest", "d9130a8164549fe818874806e1c7014b"],
  ["abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"],
  [
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
    "043f8582f241db351ce627e153e7f0e4",
  ],
  ["1234567890".repeat(8), "e33b4ddc9c38f2199c3e7b164fcc0536"],
])("RFC 1320 A.5: MD4 of %j", (text, digest) => {
  expect(md4(Buffer.from(text)).toString("hex")).toBe(digest);
});

test("DES under a key of 56 bits is that of FIPS 46-3's validation vector", () => {
  // NBS 500-20: the block that, under the key 01…01 (all bits zero), is a fixed point's input.
  expect(desEncrypt(hex("80 00 00 00 00 00 00 00"), Buffer.alloc(7))).toEqual(
    hex("95 F8 A5 E5 DD 31 D9 00"),
  );
});

test("RFC 2759 §9.2: the hashes, the response and the server's proof", () => {
  expect(ntHash(PASSWORD)).toEqual(hex("44 EB BA 8D 53 12 B8 D6 11 47 44 11 F5 69 89 AE"));
  expect(md4(ntHash(PASSWORD))).toEqual(hex("41 C0 0C 58 4B D2 D9 1C 40 17 A2 A1 2F A5 9F 3F"));
  expect(ntResponse(exchange, PASSWORD)).toEqual(exchange.ntResponse);
  expect(authenticatorResponse(exchange, PASSWORD)).toBe(
    "S=407A5589115FD0D6209F510FE9C04566932CDA56",
  );
});

test("RFC 3079 §3.5.3: the server's send key", () => {
  expect(mschapKeys(exchange.ntResponse, PASSWORD).toPeer).toEqual(
    hex("8B 7C DC 14 9B 99 3A 1B A1 18 CB 15 3F 56 DC CB"),
  );
});

test("a response to another challenge, name or password, or of another length is wrong", () => {
  expect(isNtResponseRight(exchange, PASSWORD)).toBe(true);
  expect(isNtResponseRight(exchange, "clientpass")).toBe(false);
  expect(isNtResponseRight({ ...exchange, userName: Buffer.from("user") }, PASSWORD)).toBe(false);
  const others = [
    { serverChallenge: Buffer.alloc(16) },
    { peerChallenge: Buffer.alloc(16) },
    { ntResponse: Buffer.alloc(24) },
    { ntResponse: Buffer.alloc(0) },
  ];
  for (const other of others)
    expect(isNtResponseRight({ ...exchange, ...other }, PASSWORD)).toBe(false);
});

test("RFC 2759 §4: a Windows domain before the name is not hashed", () => {
  for (const name of ["BIGCO\\User", "\\User"])
    expect(isNtResponseRight({ ...exchange, userName: Buffer.from(name) }, PASSWORD)).toBe(true);
  const turned = { ...exchange, userName: Buffer.from("User\\BIGCO") };
  expect(isNtResponseRight(turned, PASSWORD)).toBe(false);
});

describe("RFC 2548 §2.3: MS-CHAPv2 in attributes", () => {
  const { userName, serverChallenge, peerChallenge } = exchange;
  const response = Buffer.concat([
    ...[Buffer.of(0xfe, 0), peerChallenge, Buffer.alloc(8), exchange.ntResponse],
  ]);

  test("§2.3.2: MS-CHAP2-Response is read with its identifier", () => {
    const asked = { userName, serverChallenge };
    expect(readMschapAnswer(response, asked)).toEqual({ ident: 0xfe, exchange });
  });

  test("a response or a challenge of another length is none", () => {
    const asked = { userName, serverChallenge };
    for (const wrong of [
      Buffer.alloc(0),
      response.subarray(1),
      Buffer.concat([response, response]),
    ])
      expect(readMschapAnswer(wrong, asked)).toBeNull();
    for (const wrong of [Buffer.alloc(0), Buffer.alloc(8), Buffer.alloc(17)])
      expect(readMschapAnswer(response, { userName, serverChallenge: wrong })).toBeNull();
  });

  test("§2.3.3: MS-CHAP2-Success is one octet of identifier and 42 of proof", () => {
    const success = mschapSuccess({ ident: 0xfe, exchange }, PASSWORD);
    expect(success).toHaveLength(43);
    expect(success[0]).toBe(0xfe);
    expect(success.subarray(1).toString()).toBe("S=407A5589115FD0D6209F510FE9C04566932CDA56");
  });

  test("§2.1.5: MS-CHAP-Error says why, under its identifier, and that no retry helps", () => {
    const error = mschapError(0xfe, serverChallenge, "wrong-password");
    expect(error[0]).toBe(0xfe);
    expect(error.subarray(1).toString()).toBe(
      "E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=wrong-password",
    );
  });
});
