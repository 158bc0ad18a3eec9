import { describe, expect, test } from "vitest";
import { avp, openTestEap, outcome, PASSWORD, pap } from "../../test/member-eap.ts";
import { createSupplicant } from "../../test/supplicant.ts";
import { CONVERSATIONS_MAX } from "./eap.ts";
import { eapTypes, encodeEap } from "./packet.ts";

/** An EAP response as an AVP of TTLS. */
const innerEap = (identifier: number, type: number, body: Uint8Array) =>
  avp(79, encodeEap({ code: 2, identifier, type, body: Buffer.from(body) }));
const identity = (name: string) => innerEap(0, eapTypes.identity, Buffer.from(name));
/** The identifier of the EAP request inside the AVP that the server said. */
const identifierIn = (heard: Buffer) => heard[9] as number;

test("10,000 handshakes left half open are bounded in number and in memory, and a member gets in", async () => {
  const { eap, open } = openTestEap();
  const ask = { nasId: "nas-1", mac: null, mtu: null };
  // A recorded first message opens a handshake as well as a new one.
  let hello: Buffer = Buffer.alloc(0);
  const recorder = createSupplicant({
    receive: (request) => {
      hello = request.eap;
      return eap.receive(request);
    },
  });
  await recorder.begin();
  await recorder.sendHello();
  const leaveOne = async () => {
    const begun = await eap.receive({ ...ask, state: null, eap: Buffer.of(2, 7, 0, 6, 1, 97) });
    if (begun.kind !== "challenge") throw new Error("nothing was begun");
    const response = Buffer.from(hello);
    response[1] = begun.eap[1] as number;
    expect((await eap.receive({ ...ask, state: begun.state, eap: response })).kind).toBe(
      "challenge",
    );
  };
  for (let at = 0; at < CONVERSATIONS_MAX; at++) await leaveOne();
  const before = process.memoryUsage().rss;
  for (let at = CONVERSATIONS_MAX; at < 10_000; at++) await leaveOne();
  const grownMebibytes = (process.memoryUsage().rss - before) / 1024 / 1024;
  expect(eap.size()).toBe(CONVERSATIONS_MAX);
  // 9,488 more at 95 KiB each would be 880 MiB; what awaits collection is a part of this.
  expect(grownMebibytes).toBeLessThan(200);
  const member = await open();
  expect(outcome(await member.say(pap("an", PASSWORD)))).toBe("proved");
}, 120_000);

test("a flood cuts off nobody whose answer is awaited", async () => {
  const found: (() => void)[] = [];
  const { eap, open } = openTestEap({
    findPassword: () => new Promise((resolve) => found.push(() => resolve(PASSWORD))),
  });
  const member = await open();
  const answer = member.say(pap("an", PASSWORD));
  while (found.length === 0) await new Promise(setImmediate);
  for (let at = 0; at < CONVERSATIONS_MAX + 50; at++) await createSupplicant(eap).begin();
  expect(eap.size()).toBe(CONVERSATIONS_MAX);
  for (const tell of found) tell();
  expect(outcome(await answer)).toBe("proved");
});

test("while every conversation waits for a store that hangs, no other is begun", async () => {
  const found: (() => void)[] = [];
  const { eap, open } = openTestEap({
    findPassword: () => new Promise((resolve) => found.push(() => resolve(null))),
  });
  const waiting: Promise<unknown>[] = [];
  for (let at = 0; at < CONVERSATIONS_MAX; at++)
    waiting.push((await open()).say(pap("an", PASSWORD)));
  while (found.length < CONVERSATIONS_MAX) await new Promise(setImmediate);
  expect(outcome(await createSupplicant(eap).begin())).toBe("too-busy");
  expect(eap.size()).toBe(CONVERSATIONS_MAX);
  for (const tell of found) tell();
  await Promise.all(waiting);
  expect(eap.size()).toBe(0);
  expect((await createSupplicant(eap).begin()).kind).toBe("challenge");
}, 120_000);

describe("what is said inside goes its own way", () => {
  const openMschap = async (name = "an") => {
    const { eap, open } = openTestEap();
    const peer = await open();
    peer.heard();
    const answer = await peer.say(identity(name));
    return { eap, peer, answer, identifier: identifierIn(peer.heard()) };
  };

  test("a response with another identifier than the request's is refused", async () => {
    const gtcIs = (identifier: number) =>
      innerEap(identifier, eapTypes.nak, Buffer.of(eapTypes.gtc));
    const right = await openMschap();
    expect((await right.peer.say(gtcIs(right.identifier))).kind).toBe("challenge");
    for (const off of [1, 2, 255]) {
      const wrong = await openMschap();
      const said = gtcIs((wrong.identifier + off) % 256);
      expect(outcome(await wrong.peer.say(said))).toBe("inner-garbage");
      expect(wrong.eap.size()).toBe(0);
    }
  });

  test.each([
    ["another identity", (at: number) => innerEap(at, eapTypes.identity, Buffer.from("other"))],
    ["GTC unasked", (at: number) => innerEap(at, eapTypes.gtc, Buffer.from(PASSWORD))],
    ["a notification", (at: number) => innerEap(at, eapTypes.notification, Buffer.of(1))],
    ["TTLS inside TTLS", (at: number) => innerEap(at, eapTypes.ttls, Buffer.of(0))],
    ["PAP", () => pap("an", "wrong")],
    ["nothing of EAP", () => avp(79, Buffer.alloc(0))],
  ])("%s amid MS-CHAPv2 refuses the peer", async (_, make) => {
    const { eap, peer, identifier } = await openMschap();
    expect((await peer.say(make(identifier))).kind).toBe("refused");
    expect(eap.size()).toBe(0);
  });

  test("an identity of 12 KiB is carried, and no password found for it", async () => {
    const { peer, identifier } = await openMschap("x".repeat(12_000));
    await peer.say(innerEap(identifier, eapTypes.nak, Buffer.of(eapTypes.gtc)));
    const gtc = innerEap((identifier + 1) % 256, eapTypes.gtc, Buffer.from(PASSWORD));
    expect(outcome(await peer.say(gtc))).toBe("credential-unknown");
  });

  test("an identity of 64 KiB is refused before it is whole", async () => {
    const { eap, answer } = await openMschap("x".repeat(65_000));
    expect(outcome(answer)).toBe("eap-garbage");
    expect(eap.size()).toBe(0);
  });
});

describe("what is said outside goes wrong", () => {
  test("a peer that ends TLS midway is refused", async () => {
    const { eap, open } = openTestEap();
    const peer = await open();
    peer.tls().end();
    let answer = await peer.say(Buffer.alloc(0)).catch(() => peer.answer());
    if (answer.kind === "challenge") answer = await peer.respond(eapTypes.ttls, Buffer.of(0));
    expect(outcome(answer)).toBe("tls-failed");
    expect(eap.size()).toBe(0);
  });

  test("an alert in the clear in the middle of the handshake ends it", async () => {
    const { eap } = openTestEap();
    const peer = createSupplicant(eap);
    await peer.begin();
    await peer.sendHello();
    // RFC 8446 §6: fatal, bad_certificate.
    const alert = Buffer.of(0, 21, 3, 3, 0, 2, 2, 42);
    const answer = await peer.respond(eapTypes.ttls, alert);
    if (answer.kind === "challenge") await peer.respond(eapTypes.ttls, Buffer.of(0));
    expect(outcome(peer.answer())).toBe("tls-failed");
    expect(eap.size()).toBe(0);
  });

  test("a change to another method once one has begun is refused", async () => {
    for (const [type, body] of [
      [eapTypes.peap, [0]],
      [eapTypes.nak, [eapTypes.peap]],
      [eapTypes.mschapv2, [2, 1, 0, 5, 1]],
    ] as const) {
      const { eap } = openTestEap();
      const peer = createSupplicant(eap);
      await peer.begin();
      await peer.sendHello();
      expect((await peer.respond(type, Buffer.from(body))).kind).toBe("refused");
      expect(eap.size()).toBe(0);
    }
  });

  test("a fragment that is sent again, or late, is met with silence or the answer once more", async () => {
    const { eap } = openTestEap();
    const sent: Parameters<typeof eap.receive>[0][] = [];
    const peer = createSupplicant({
      receive: (request) => {
        sent.push(request);
        return eap.receive(request);
      },
    });
    await peer.begin();
    const part = Buffer.concat([Buffer.of(0xc0, 0, 0, 1, 0), Buffer.alloc(40, 22)]);
    const first = await peer.respond(eapTypes.ttls, part);
    expect(first.kind).toBe("challenge");
    const request = sent.at(-1);
    if (!request) throw new Error("nothing was sent");
    expect(await eap.receive(request)).toEqual(first);
    await peer.respond(eapTypes.ttls, part);
    expect(outcome(await eap.receive(request))).toBe("eap-out-of-turn");
    expect(eap.size()).toBe(1);
  });
});
