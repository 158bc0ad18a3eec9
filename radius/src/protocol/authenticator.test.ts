import { createHmac } from "node:crypto";
import fc from "fast-check";
import radius from "radius";
import { describe, expect, test } from "vitest";
import {
  checkMessageAuthenticator,
  encodeReply,
  encodeRequest,
  isAuthenticatorRight,
  prepareSecret,
} from "./authenticator.ts";
import { codes } from "./dictionary.ts";
import { decodePacket, type Packet } from "./packet.ts";
import { chapDigest, hidePassword, isChapRight, readChap, revealPassword } from "./password.ts";
import { attribute, findValue, listOctets } from "./values.ts";

const hex = (text: string) => Buffer.from(text.replace(/\s+/g, ""), "hex");
const read = (bytes: Buffer): Packet => {
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};
const secret = prepareSecret("xyzzy5461");

describe("RFC 2865 §7.1: Nemo logs in with PAP", () => {
  const request = read(
    hex(`01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a
      01 06 6e 65 6d 6f 02 12 0d be 70 8d 93 d4 13 ce 31 96 e4 3f 78 2a 0a ee
      04 06 c0 a8 01 10 05 06 00 00 00 03`),
  );
  const accept = hex(`02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2
      06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0 a8 01 03`);

  test("the password is arctangent", () => {
    const hidden = findValue(request, "User-Password") as Buffer;
    const clear = revealPassword(hidden, request.authenticator, secret);
    expect(clear?.toString()).toBe("arctangent");
    expect(hidePassword(Buffer.from("arctangent"), request.authenticator, secret)).toEqual(hidden);
  });

  test("the other attributes are read", () => {
    expect(findValue(request, "User-Name")).toBe("nemo");
    expect(findValue(request, "NAS-IP-Address")).toBe("192.168.1.16");
    expect(findValue(request, "NAS-Port")).toBe(3);
  });

  test("the Access-Accept is encoded to the same octets", () => {
    const attributes = [
      attribute("Service-Type", 1),
      attribute("Login-Service", 0),
      attribute("Login-IP-Host", "192.168.1.3"),
    ];
    const reply = { code: codes.accessAccept, attributes, isSigned: false };
    expect(encodeReply(reply, request, secret)).toEqual(accept);
  });

  test("the Response Authenticator is checked against the request's", () => {
    expect(isAuthenticatorRight(read(accept), request.authenticator, secret)).toBe(true);
    const other = prepareSecret("xyzzy5462");
    expect(isAuthenticatorRight(read(accept), request.authenticator, other)).toBe(false);
  });
});

describe("RFC 2865 §7.2: Flopsy logs in with CHAP", () => {
  const request = read(
    hex(`01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e 0d 33 67 a2
      01 08 66 6c 6f 70 73 79 03 13 16 e9 75 57 c3 16 18 58 95 f2 93 ff 63 44 07 72 75
      04 06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00 02 07 06 00 00 00 01`),
  );

  test("the Request Authenticator is the challenge and the password arctangent", () => {
    const chap = readChap(findValue(request, "CHAP-Password") as Buffer, request.authenticator);
    if (!chap) throw new Error("not read");
    expect(chap.identifier).toBe(22);
    expect(isChapRight(chap, Buffer.from("arctangent"))).toBe(true);
    expect(isChapRight(chap, Buffer.from("arctangenT"))).toBe(false);
  });
});

describe("RFC 5997 §6: Status-Server", () => {
  test("§6.1: the query's Message-Authenticator and the answer's authenticator are right", () => {
    const query = read(
      hex(`0c da 00 26 8a 54 f4 68 6f b3 94 c5 28 66 e3 02 18 5d 06 23
        50 12 5a 66 5e 2e 1e 84 11 f3 e2 43 82 20 97 c8 4f a3`),
    );
    expect(checkMessageAuthenticator(query, query.authenticator, secret)).toBe("right");
    const answer = read(hex("02 da 00 14 ef 0d 55 2a 4b f2 d6 93 ec 2b 6f e8 b5 41 1d 66"));
    expect(isAuthenticatorRight(answer, query.authenticator, secret)).toBe(true);
    const unsigned = { code: codes.accessAccept, attributes: [], isSigned: false };
    expect(encodeReply(unsigned, query, secret)).toEqual(answer.bytes);
  });

  test("§6.2: the same on the accounting port", () => {
    const query = read(
      hex(`0c b3 00 26 92 5f 6b 66 dd 5f ed 57 1f cb 1d b7 ad 38 82 60
        50 12 e8 d6 ea bd a9 10 87 5c d9 1f da de 26 36 78 58`),
    );
    expect(checkMessageAuthenticator(query, query.authenticator, secret)).toBe("right");
    const unsigned = { code: codes.accountingResponse, attributes: [], isSigned: false };
    expect(encodeReply(unsigned, query, secret)).toEqual(
      hex("05 b3 00 14 0f 6f 92 14 5f 10 7e 2f 50 4e 86 0a 48 60 66 9c"),
    );
  });
});

describe("Message-Authenticator (RFC 3579 §3.2)", () => {
  const request = read(
    encodeRequest(
      {
        code: codes.accessRequest,
        identifier: 5,
        authenticator: Buffer.alloc(16, 3),
        attributes: [
          attribute("User-Name", "an"),
          attribute("Proxy-State", Buffer.of(1)),
          attribute("Proxy-State", Buffer.of(0, 2)),
        ],
        isSigned: true,
      },
      secret,
    ),
  );

  test("one flipped bit anywhere in the packet makes it wrong", () => {
    expect(checkMessageAuthenticator(request, request.authenticator, secret)).toBe("right");
    for (let at = 4; at < request.bytes.length; at++) {
      const bytes = Buffer.from(request.bytes);
      bytes[at] = (bytes[at] as number) ^ 1;
      const decoded = decodePacket(bytes);
      if (decoded.kind === "malformed") continue;
      const { packet } = decoded;
      const checked = checkMessageAuthenticator(packet, packet.authenticator, secret);
      expect(checked).not.toBe("right");
    }
  });

  test("one that is not 16 octets long is wrong", () => {
    const short = Buffer.concat([request.bytes.subarray(0, 20), Buffer.of(80, 4, 1, 1)]);
    short.writeUInt16BE(24, 2);
    const packet = read(short);
    expect(checkMessageAuthenticator(packet, packet.authenticator, secret)).toBe("wrong");
  });

  test("a signed reply carries it first, and Proxy-State unchanged and in order", () => {
    const reply = { code: codes.accessReject, attributes: [], isSigned: true };
    const answer = read(encodeReply(reply, request, secret));
    expect(answer.attributes.map((span) => span.type)).toEqual([80, 33, 33]);
    expect(listOctets(answer, "Proxy-State")).toEqual([Buffer.of(1), Buffer.of(0, 2)]);
    expect(checkMessageAuthenticator(answer, request.authenticator, secret)).toBe("right");
    expect(isAuthenticatorRight(answer, request.authenticator, secret)).toBe(true);
  });

  test("node:crypto agrees for any secret and any name", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 150 }),
        fc.string({ maxLength: 80 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (words, name, authenticator) => {
          const bytes = encodeRequest(
            {
              code: 1,
              identifier: 1,
              authenticator,
              attributes: [attribute("User-Name", name)],
              isSigned: true,
            },
            prepareSecret(words),
          );
          const zeroed = Buffer.from(bytes).fill(0, 22, 38);
          const digest = createHmac("md5", Buffer.from(words)).update(zeroed).digest();
          expect(bytes.subarray(22, 38)).toEqual(digest);
        },
      ),
    );
  });
});

describe("accounting and disconnect requests (RFC 2866 §3, RFC 5176 §2.3)", () => {
  test.each([codes.accountingRequest, codes.disconnectRequest])(
    "code %i: the authenticator is a digest over zeros, of the signed packet too",
    (code) => {
      const attributes = [attribute("Acct-Session-Id", "5a"), attribute("NAS-Port", 1)];
      const request = { code, identifier: 8, authenticator: null, attributes, isSigned: true };
      const packet = read(encodeRequest(request, secret));
      expect(isAuthenticatorRight(packet, null, secret)).toBe(true);
      expect(checkMessageAuthenticator(packet, null, secret)).toBe("right");
      expect(isAuthenticatorRight(packet, null, prepareSecret("other"))).toBe(false);
    },
  );

  test("the package radius takes what was encoded, and what it encodes is taken", () => {
    const attributes = [attribute("User-Name", "an"), attribute("Acct-Session-Id", "5a")];
    const ours = encodeRequest(
      { code: 4, identifier: 8, authenticator: null, attributes, isSigned: false },
      secret,
    );
    expect(radius.decode({ packet: ours, secret: "xyzzy5461" }).attributes).toEqual({
      "User-Name": "an",
      "Acct-Session-Id": "5a",
    });
    const theirs = radius.encode({
      code: "Accounting-Request",
      identifier: 9,
      secret: "xyzzy5461",
      attributes: [["User-Name", "an"]],
    });
    expect(isAuthenticatorRight(read(theirs), null, secret)).toBe(true);
  });
});

describe("User-Password (RFC 2865 §5.2)", () => {
  const authenticator = Buffer.alloc(16, 9);

  test("any password without a NUL at its end is revealed as it was hidden", () => {
    const password = fc
      .uint8Array({ maxLength: 128 })
      .filter((clear) => clear.length === 0 || clear.at(-1) !== 0);
    fc.assert(
      fc.property(password, (clear) => {
        const hidden = hidePassword(clear, authenticator, secret);
        expect(hidden.length % 16).toBe(0);
        expect(revealPassword(hidden, authenticator, secret)).toEqual(Buffer.from(clear));
      }),
    );
  });

  test("only the NULs at the end are padding", () => {
    const hidden = hidePassword(Buffer.from("a\0b\0\0"), authenticator, secret);
    expect(revealPassword(hidden, authenticator, secret)).toEqual(Buffer.from("a\0b"));
  });

  test.each([0, 15, 17, 129, 144])("a value of %i octets is no password", (length) => {
    expect(revealPassword(Buffer.alloc(length), authenticator, secret)).toBeNull();
  });

  test("more than 128 octets cannot be hidden", () => {
    expect(() => hidePassword(Buffer.alloc(129), authenticator, secret)).toThrow(RangeError);
  });

  test("the package radius reveals what was hidden", () => {
    const bytes = encodeRequest(
      {
        code: 1,
        identifier: 1,
        authenticator,
        attributes: [
          attribute(
            "User-Password",
            hidePassword(Buffer.from("open sesame, twice over"), authenticator, secret),
          ),
        ],
        isSigned: false,
      },
      secret,
    );
    const theirs = radius.decode({ packet: bytes, secret: "xyzzy5461" });
    expect(theirs.attributes["User-Password"]).toBe("open sesame, twice over");
  });
});

describe("CHAP-Password (RFC 2865 §5.3)", () => {
  test("CHAP-Challenge is used when it is there", () => {
    const challenge = Buffer.from("a challenge of any length");
    const digest = chapDigest(7, Buffer.from("secret"), challenge);
    const chap = readChap(Buffer.concat([Buffer.of(7), digest]), challenge);
    expect(chap && isChapRight(chap, Buffer.from("secret"))).toBe(true);
  });

  test("one that is not 17 octets long is no answer", () => {
    expect(readChap(Buffer.alloc(16), Buffer.alloc(16))).toBeNull();
    expect(readChap(Buffer.alloc(18), Buffer.alloc(16))).toBeNull();
  });
});
