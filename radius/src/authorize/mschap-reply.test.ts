import { describe, expect, test } from "vitest";
import { prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { MICROSOFT } from "../protocol/mppe.ts";
import { ntResponse } from "../protocol/mschap.ts";
import { decodePacket, encodePacket, type RawAttribute } from "../protocol/packet.ts";
import { revealSalted } from "../protocol/salted.ts";
import { attribute } from "../protocol/values.ts";
import {
  findProvedPassword,
  isMacAuthentication,
  provesPassword,
  provesSecret,
  readAccessRequest,
} from "./access-request.ts";
import { mschapAcceptAttributes, rejectAttributes } from "./mschap-reply.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

// RFC 2759 §9.2.
const PASSWORD = "clientPass";
const USER_NAME = "User";
const SERVER_CHALLENGE = hex("5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28");
const PEER_CHALLENGE = hex("21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E");
const NT_RESPONSE = hex("82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF");
const IDENT = 0xfe;

const key = prepareSecret("radius-secret-of-a-test");

/** An Access-Request, encoded and read again. */
const read = (attributes: RawAttribute[]) => {
  const authenticator = Buffer.alloc(16, 7);
  const code = codes.accessRequest;
  const decoded = decodePacket(encodePacket({ code, identifier: 1, authenticator, attributes }));
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return readAccessRequest(decoded.packet, key);
};

const responseOf = (nt: Buffer) =>
  Buffer.concat([Buffer.of(IDENT, 0), PEER_CHALLENGE, Buffer.alloc(8), nt]);

type Asked = { userName?: string; challenge?: Buffer; nt?: Buffer };
const ask = (asked: Asked = {}) => {
  const { userName = USER_NAME, challenge = SERVER_CHALLENGE, nt = NT_RESPONSE } = asked;
  return read([
    attribute("User-Name", userName),
    attribute("MS-CHAP-Challenge", challenge),
    attribute("MS-CHAP2-Response", responseOf(nt)),
  ]);
};

/** The same by whoever knows this password. */
const askBy = (userName: string, password: string) => {
  const named = { userName: Buffer.from(userName), serverChallenge: SERVER_CHALLENGE };
  const exchange = { ...named, peerChallenge: PEER_CHALLENGE, ntResponse: Buffer.alloc(0) };
  return ask({ userName, nt: ntResponse(exchange, password) });
};

describe("RFC 2548 §2.3: an Access-Request by MS-CHAPv2", () => {
  test("RFC 2759 §9.2: proves its password and no other", () => {
    const { proof } = ask();
    expect(proof.kind).toBe("mschapv2");
    expect(provesPassword(proof, PASSWORD)).toBe(true);
    for (const wrong of ["", "clientpass", "clientPass "])
      expect(provesPassword(proof, wrong)).toBe(false);
    expect(provesPassword(ask({ userName: "user" }).proof, PASSWORD)).toBe(false);
  });

  test.each([
    ["a challenge of eight octets", { challenge: Buffer.alloc(8) }],
    ["a response that is cut short", { nt: NT_RESPONSE.subarray(1) }],
  ])("%s proves nothing", (_, change) => {
    const { proof } = ask(change);
    expect(proof).toEqual({ kind: "none" });
    expect(provesPassword(proof, PASSWORD)).toBe(false);
  });

  test("a response without its challenge, or a challenge alone, proves nothing", () => {
    const name = attribute("User-Name", USER_NAME);
    const response = attribute("MS-CHAP2-Response", responseOf(NT_RESPONSE));
    expect(read([name, response]).proof).toEqual({ kind: "none" });
    const challenge = attribute("MS-CHAP-Challenge", SERVER_CHALLENGE);
    expect(read([name, challenge]).proof).toEqual({ kind: "none" });
  });

  test("the MAC as name and password asks about a device, however it was written", () => {
    const spellings = ["AC-00-5E-00-53-01", "ac:00:5e:00:53:01", "ac005e005301"];
    for (const password of spellings) {
      const request = askBy("AC-00-5E-00-53-01", password);
      expect(isMacAuthentication(request)).toBe(true);
      expect(findProvedPassword(request, null)).toBe(password);
      // A MAC is no secret: only a signature tells that the NAS asks.
      expect(provesSecret(request)).toBe(false);
    }
    expect(isMacAuthentication(askBy("AC-00-5E-00-53-01", "guest"))).toBe(false);
  });

  test("the password that was proved is the ticket's, or none", () => {
    expect(findProvedPassword(ask(), PASSWORD)).toBe(PASSWORD);
    expect(findProvedPassword(ask(), "another")).toBeNull();
    expect(findProvedPassword(ask(), null)).toBeNull();
  });
});

describe("RFC 2548: what the answer says", () => {
  const salted = { authenticator: Buffer.alloc(16, 7), secret: key.bytes };
  const keys = salted;
  const { proof } = ask();
  const told = (attributes: RawAttribute[]) =>
    attributes.map(({ vendor, type }) => `${vendor}/${type}`);

  test("§2.3.3: an accept proves the server's own knowledge, under the peer's identifier", () => {
    const [success] = mschapAcceptAttributes(ask(), PASSWORD, keys);
    expect(success).toMatchObject({ vendor: MICROSOFT, type: 26 });
    const proved = "S=407A5589115FD0D6209F510FE9C04566932CDA56";
    expect(success?.value).toEqual(Buffer.concat([Buffer.of(IDENT), Buffer.from(proved)]));
  });

  test("RFC 3079 §3.5.3: the NAS sends with the key that is the server's", () => {
    const [, receive, send] = mschapAcceptAttributes(ask(), PASSWORD, keys);
    expect([receive?.type, send?.type]).toEqual([17, 16]);
    expect(revealSalted(send?.value as Uint8Array, salted)).toEqual(
      hex("8B 7C DC 14 9B 99 3A 1B A1 18 CB 15 3F 56 DC CB"),
    );
    expect(revealSalted(receive?.value as Uint8Array, salted)).toHaveLength(16);
  });

  test("an accept says nothing of it to whoever proved otherwise, or proved no password", () => {
    expect(mschapAcceptAttributes({ ...ask(), proof: { kind: "none" } }, PASSWORD, keys)).toEqual(
      [],
    );
    const password = Buffer.from(PASSWORD);
    expect(
      mschapAcceptAttributes({ ...ask(), proof: { kind: "pap", password } }, PASSWORD, keys),
    ).toEqual([]);
    expect(mschapAcceptAttributes(ask(), null, keys)).toEqual([]);
  });

  test("a reject says why once: by MS-CHAP-Error, or by Reply-Message", () => {
    const why = { reason: "wrong-password", challenge: SERVER_CHALLENGE };
    const [error, ...more] = rejectAttributes(proof, why);
    expect(more).toEqual([]);
    expect(told([error as RawAttribute])).toEqual([`${MICROSOFT}/2`]);
    expect(error?.value[0]).toBe(IDENT);
    const text = "E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=wrong-password";
    expect(Buffer.from(error?.value.subarray(1) as Uint8Array).toString()).toBe(text);
    expect(told(rejectAttributes({ kind: "none" }, why))).toEqual(["0/18"]);
  });
});
