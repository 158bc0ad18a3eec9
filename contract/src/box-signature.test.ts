import { generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { httpbis } from "http-message-signatures";
import { expect, test } from "vitest";
import {
  CALL_NUMBER_MAX,
  digestContent,
  isSignedBy,
  nameKey,
  readCallLabel,
  type SignedCall,
  signCall,
} from "./box-signature.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const keyId = nameKey(Buffer.from(publicKey.export({ format: "jwk" }).x as string, "base64url"));

const PULL: SignedCall = {
  method: "GET",
  target: "/api/box/v1/pull?settings=3&wait=20",
  contentDigest: null,
  contentEncoding: null,
};
const PUSH: SignedCall = {
  method: "POST",
  target: "/api/box/v1/events",
  contentDigest: digestContent(Buffer.from("packed")),
  contentEncoding: "gzip",
};

const signed = (call: SignedCall, number = 7) => signCall(call, { privateKey, keyId, number });
const verified = (call: SignedCall, fields: ReturnType<typeof signed>) => {
  const label = readCallLabel(call, fields["signature-input"]);
  return label !== null && isSignedBy(call, { ...label, publicKey, signature: fields.signature });
};

test("a call is read back as who signed it, and as which of its calls", () => {
  for (const call of [PULL, PUSH]) {
    const fields = signed(call);
    expect(readCallLabel(call, fields["signature-input"])).toEqual({ keyId, number: 7 });
    expect(verified(call, fields)).toBe(true);
  }
});

test("another implementation of RFC 9421 verifies what is signed here", async () => {
  for (const call of [PULL, PUSH]) {
    const headers: Record<string, string> = { ...signed(call) };
    if (call.contentDigest !== null) headers["content-digest"] = call.contentDigest;
    if (call.contentEncoding !== null) headers["content-encoding"] = call.contentEncoding;
    const message = { method: call.method, url: `http://cloud.example${call.target}`, headers };
    const keyLookup = async ({ keyid }: { keyid?: string }) => ({
      ...{ id: keyid ?? "", algs: ["ed25519"] },
      verify: async (base: Buffer, signature: Buffer) => verify(null, base, publicKey, signature),
    });
    expect(await httpbis.verifyMessage({ keyLookup }, message)).toBe(true);
  }
});

test("RFC 9421 §2.2.7: a target without a query is signed as one with an empty query", () => {
  expect(verified({ ...PUSH, target: `${PUSH.target}?` }, signed(PUSH))).toBe(true);
});

test.each<[string, SignedCall]>([
  ["the method", { ...PUSH, method: "PUT" }],
  ["the path", { ...PUSH, target: "/api/box/v1/settings-report" }],
  ["the query", { ...PUSH, target: `${PUSH.target}?a=1` }],
  ["the content", { ...PUSH, contentDigest: digestContent(Buffer.from("other")) }],
  ["the encoding", { ...PUSH, contentEncoding: "br" }],
  ["a content that is left out", { ...PUSH, contentDigest: null, contentEncoding: null }],
  ["an encoding that is left out", { ...PUSH, contentEncoding: null }],
])("a call of which %s is another is not what was signed", (_what, call) => {
  expect(verified(call, signed(PUSH))).toBe(false);
});

test("a signature under another number, key or form is none", () => {
  const fields = signed(PULL);
  const input = fields["signature-input"];
  const rewritten = [
    input.replace('nonce="7"', 'nonce="8"'),
    input.replace(keyId, nameKey(Buffer.alloc(32))),
    input.replace('"@query"', '"@query";req'),
    input.replace(' "@query"', ""),
    `${input}, other=()`,
    input.replace("foyer=", "sig="),
    input.replace('alg="ed25519"', 'alg="hmac-sha256"'),
    input.replace('nonce="7"', 'nonce="07"'),
    input.replace('nonce="7"', 'nonce="0"'),
    input.replace('nonce="7"', `nonce="${CALL_NUMBER_MAX + 1}"`),
    "",
  ];
  for (const each of rewritten)
    expect(verified(PULL, { ...fields, "signature-input": each })).toBe(false);
});

test("what another key signed is refused, and so is what is no signature at all", () => {
  const stranger = generateKeyPairSync("ed25519").privateKey;
  const forged = signCall(PULL, { privateKey: stranger, keyId, number: 7 });
  expect(verified(PULL, forged)).toBe(false);
  for (const signature of ["", "foyer=::", forged.signature.replace("foyer", "x"), "foyer=:AAAA:"])
    expect(verified(PULL, { ...signed(PULL), signature })).toBe(false);
});

test("no header makes the reading throw", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (input, signature) => {
      const label = readCallLabel(PULL, input);
      expect(label).toBeNull();
      expect(isSignedBy(PULL, { keyId, number: 1, publicKey, signature })).toBe(false);
    }),
  );
});
