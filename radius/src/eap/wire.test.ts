import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeAvp, readAvps } from "./avp.ts";
import { createFragments } from "./fragments.ts";
import { readResponse } from "./packet.ts";

const octets = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

test("RFC 5281 §10.1: AVPs are read as they were written, each filled up to four octets", () => {
  const anyAvp = fc.record({
    vendor: fc.integer({ min: 0, max: 0xffffffff }),
    code: fc.integer({ min: 0, max: 0xffffffff }),
    isMandatory: fc.boolean(),
    value: octets(70),
  });
  fc.assert(
    fc.property(fc.array(anyAvp, { maxLength: 8 }), (avps) => {
      const written = Buffer.concat(avps.map(encodeAvp));
      expect(written.length % 4).toBe(0);
      expect(readAvps(written)).toEqual(avps);
    }),
  );
});

test("RFC 5281 §10.1: an AVP's length has 24 bits", () => {
  const value = Buffer.alloc(70_000, 7);
  const written = encodeAvp({ vendor: 0, code: 79, isMandatory: true, value });
  expect(written.subarray(0, 8).toString("hex")).toBe("0000004f40011178");
  expect(readAvps(written)?.[0]?.value).toEqual(value);
});

test("RFC 5281 §10.1: User-Name as it lies in a packet, without the filling at the end", () => {
  const written = Buffer.from("000000014000000a616e", "hex");
  expect(readAvps(written)).toEqual([
    { vendor: 0, code: 1, isMandatory: true, value: Buffer.from("an") },
  ]);
});

test("no octets make the AVP reader or the response reader throw", () => {
  fc.assert(
    fc.property(octets(200), (any) => {
      readAvps(any);
      readResponse(any);
      createFragments().receive(any);
    }),
  );
});

test("RFC 5281 §9.2.2: a message is cut and joined, and only its first piece tells the length", () => {
  fc.assert(
    fc.property(octets(16_384), fc.integer({ min: 0, max: 3000 }), (message, mtu) => {
      const sender = createFragments();
      const receiver = createFragments();
      sender.send(message);
      const pieces: Buffer[] = [];
      for (let piece = sender.takeNext(mtu); piece; piece = sender.takeNext(mtu))
        pieces.push(piece);
      const flags = pieces.map((piece) => piece[0]);
      const isCut = pieces.length > 1;
      expect(flags[0]).toBe(isCut ? 0xc0 : 0);
      expect(flags.slice(1)).toEqual(
        pieces.slice(1).map((_, at) => (at === pieces.length - 2 ? 0 : 0x40)),
      );
      if (isCut) expect(pieces[0]?.readUInt32BE(1)).toBe(message.length);
      const received = pieces.map((piece) => receiver.receive(piece));
      expect(received.at(-1)).toEqual({ kind: "whole", message });
      for (const each of received.slice(0, -1)) expect(each).toEqual({ kind: "part" });
    }),
  );
});

test("RFC 3748 §4.1: a response is what its length says, and nothing else is one", () => {
  const response = Buffer.of(2, 9, 0, 6, 1, 97);
  expect(readResponse(Buffer.concat([response, Buffer.of(0, 0)]))).toEqual(readResponse(response));
  for (const spoilt of [
    Buffer.alloc(0),
    Buffer.of(2, 9, 0, 4),
    Buffer.of(2, 9, 0, 7, 1, 97),
    Buffer.of(2, 9, 0, 3, 1, 97),
    Buffer.of(1, 9, 0, 6, 1, 97),
    Buffer.of(3, 9, 0, 4),
  ])
    expect(readResponse(spoilt)).toBeNull();
});
