import fc from "fast-check";
import { expect, test } from "vitest";
import { MAC, NAS_ID, SECRET, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";

const key = prepareSecret(SECRET);
/**
 * Attributes the server reads, with octets nobody foresaw; Message-Authenticator (80) is ours, and
 * an empty EAP-Message (79) is answered with a challenge.
 */
const anyAttribute: fc.Arbitrary<RawAttribute> = fc.record({
  vendor: fc.constantFrom(0, 0, 0, 14122, 14988, 311, 7),
  type: fc.oneof(
    fc.constantFrom(1, 2, 3, 6, 8, 11, 24, 25, 26, 30, 31, 32, 40, 41, 42, 44, 46, 49, 52, 60, 168),
    fc.integer({ min: 1, max: 255 }).filter((type) => ![33, 79, 80].includes(type)),
  ),
  value: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(16, 50).map((length) => Buffer.alloc(length, 7)),
    fc.constantFrom(MAC, "an", "1").map((text) => Buffer.from(text)),
    fc.constantFrom(1, 2, 3, 7, 8, 10).map((number) => Buffer.of(0, 0, 0, number)),
  ),
});
const anyAttributes = fc.array(anyAttribute, { maxLength: 20 });

test("every valid request from a known NAS is answered, whatever its attributes hold", async () => {
  const box = await startTestBox();
  const nas = await openTestNas();
  let asked = 0;
  const ask = async (portNumber: number, code: number, attributes: RawAttribute[]) => {
    asked += 1;
    // Each is a new request and no retransmission.
    const random = Buffer.alloc(16);
    random.writeUInt32BE(asked);
    const authenticator = code === codes.accessRequest ? random : null;
    const request = { code, identifier: asked % 256, authenticator, attributes, isSigned: true };
    return (await nas.exchange(portNumber, encodeRequest(request, key)))?.code;
  };
  await fc.assert(
    fc.asyncProperty(anyAttributes, async (attributes) => {
      expect(await ask(box.authPort, codes.accessRequest, attributes)).toBe(codes.accessReject);
      expect(await ask(box.acctPort, codes.accountingRequest, attributes)).toBe(
        codes.accountingResponse,
      );
    }),
    { numRuns: 400 },
  );
  expect(box.health().nas[NAS_ID]?.drops).toEqual({});
});

test("any octets from a known NAS are met with silence and leave the server alive", async () => {
  const box = await startTestBox();
  const nas = await openTestNas();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 200 }), async (octets) => {
      const bytes = Buffer.from(octets);
      bytes[0] = codes.accountingRequest;
      expect(await nas.exchange(box.acctPort, bytes, 5)).toBeNull();
    }),
    { numRuns: 100 },
  );
  const { username: userName, password } = box.issueTicketFor();
  const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
  expect(reply?.code).toBe(codes.accessAccept);
});

test("a Proxy-State too long to be copied into an answer is met with silence", async () => {
  const box = await startTestBox();
  const nas = await openTestNas();
  const more = Array.from({ length: 9 }, () => attribute("Proxy-State", Buffer.alloc(250)));
  const request = { userName: "an", password: "x", mac: MAC };
  expect(await nas.exchange(box.authPort, nas.pap({ ...request, more }), 300)).toBeNull();
  expect(box.health().nas[NAS_ID]?.drops).toEqual({ "proxy-state-too-long": 1 });
  more.pop();
  expect(await nas.exchange(box.authPort, nas.pap({ ...request, more }))).not.toBeNull();
});
