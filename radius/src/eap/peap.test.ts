import fc from "fast-check";
import { expect, test } from "vitest";
import { openTestEap, outcome, PASSWORD } from "../../test/member-eap.ts";
import { eapTypes } from "./packet.ts";

/** A peer that was asked for its identity inside. */
const openPeap = async (version: "TLSv1.2" | "TLSv1.3" = "TLSv1.3") => {
  const { open } = openTestEap();
  const peer = await open({ method: "peap", version });
  if (version === "TLSv1.2") await peer.respond(eapTypes.peap, Buffer.of(0));
  return peer;
};
const identity = Buffer.concat([Buffer.of(eapTypes.identity), Buffer.from("an")]);
const gtc = (password: string) => Buffer.concat([Buffer.of(eapTypes.gtc), Buffer.from(password)]);
const wishGtc = Buffer.of(eapTypes.nak, eapTypes.gtc);
const result = (value: number, identifier: number) =>
  Buffer.of(2, identifier, 0, 11, eapTypes.tlv, 0x80, 3, 0, 2, 0, value);
const proveGtc = async () => {
  const peer = await openPeap();
  for (const said of [identity, wishGtc]) await peer.say(said);
  peer.heard();
  expect((await peer.say(gtc(PASSWORD))).kind).toBe("challenge");
  return { peer, request: peer.heard() };
};

test("a proved peer is let in only once it has agreed to the result", async () => {
  const agreed = await proveGtc();
  // Extension request, Result TLV of success, Crypto-Binding.
  expect(agreed.request.subarray(4, 11).toString("hex")).toBe("21800300020001");
  const identifier = agreed.request[1] as number;
  expect(outcome(await agreed.peer.say(result(1, identifier)))).toBe("proved");
  for (const spoilt of [
    result(2, identifier),
    result(1, identifier).subarray(0, 10),
    Buffer.of(2, identifier, 0, 5, eapTypes.tlv),
    gtc(PASSWORD),
  ]) {
    const { peer, request } = await proveGtc();
    spoilt[1] = request[1] as number;
    expect(outcome(await peer.say(spoilt))).toBe("inner-garbage");
  }
  const { peer, request } = await proveGtc();
  expect(outcome(await peer.say(result(1, (request[1] as number) ^ 1)))).toBe("inner-garbage");
});

test("a Crypto-Binding that was not made with the tunnel's key is refused", async () => {
  const { peer, request } = await proveGtc();
  const binding = Buffer.from(request.subarray(11));
  // The server's own, sent back to it; then as a response with the server's MAC.
  binding[7] = 1;
  const body = Buffer.concat([result(1, request[1] as number).subarray(4), binding]);
  const said = Buffer.concat([Buffer.of(2, request[1] as number, 0, body.length + 4), body]);
  expect(outcome(await peer.say(said))).toBe("inner-garbage");
});

test.each([
  ["wrong-password", [identity, wishGtc, gtc(`${PASSWORD}x`)]],
  ["credential-unknown", [Buffer.of(eapTypes.identity, 120), wishGtc, gtc(PASSWORD)]],
  ["inner-garbage", [gtc(PASSWORD)]],
  ["inner-method", [identity, gtc(PASSWORD)]],
  ["inner-method", [identity, Buffer.of(eapTypes.nak, 4)]],
  ["inner-method", [identity, wishGtc, wishGtc]],
  ["inner-garbage", [identity, Buffer.of(eapTypes.mschapv2, 2, 0)]],
  ["inner-garbage", [identity, Buffer.of(eapTypes.mschapv2, 3)]],
])("%s (case %#) refuses the peer", async (reason, talk) => {
  const peer = await openPeap();
  for (const said of talk) await peer.say(said);
  expect(outcome(peer.answer())).toBe(reason);
});

test.each(["TLSv1.2", "TLSv1.3"] as const)("%s: any octets let nobody in", async (version) => {
  const first = fc.constantFrom(Buffer.alloc(0), identity);
  const octets = fc.uint8Array({ minLength: 1, maxLength: 120 });
  const types = fc.constantFrom(1, 2, 3, 6, 26, 33);
  await fc.assert(
    fc.asyncProperty(first, types, octets, async (before, type, body) => {
      const peer = await openPeap(version);
      if (before.length > 0) await peer.say(before);
      const { kind } = await peer.say(Buffer.concat([Buffer.of(type), body]));
      expect(["refused", "challenge"]).toContain(kind);
    }),
    { numRuns: 60 },
  );
});
