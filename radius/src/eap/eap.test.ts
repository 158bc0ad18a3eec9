import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { avp, openTestEap, outcome, PASSWORD, pap } from "../../test/member-eap.ts";
import { createSupplicant } from "../../test/supplicant.ts";
import { chapDigest } from "../protocol/password.ts";
import { encodeAvp } from "./avp.ts";
import { CONVERSATION_SECONDS, CONVERSATIONS_MAX, type EapAnswer } from "./eap.ts";
import { eapTypes } from "./packet.ts";

describe("inside the tunnel", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "%s: the right password is proved",
    async (version) => {
      const { open } = openTestEap();
      const peer = await open({ version });
      const said = await peer.say(pap("an", PASSWORD));
      expect(said).toMatchObject({ kind: "proved", userName: "an" });
      if (said.kind === "proved") expect(said.masterKey).toHaveLength(64);
    },
  );

  test.each([
    ["wrong-password", pap("an", `${PASSWORD}x`)],
    ["wrong-password", pap("an", "")],
    ["credential-unknown", pap("nobody", PASSWORD)],
    // RFC 5281 §10.1: what is mandatory and not known fails the log-in.
    ["inner-method", Buffer.concat([pap("an", PASSWORD), avp(999, "x")])],
    ["inner-method", Buffer.concat([pap("an", PASSWORD), avp(1, "x", { vendor: 311 })])],
    // MS-CHAP version 1.
    ["inner-method", Buffer.concat([avp(1, "an"), avp(1, randomBytes(50), { vendor: 311 })])],
    ["inner-method", avp(1, "an")],
    ["inner-garbage", avp(2, PASSWORD)],
    ["inner-garbage", Buffer.of(0)],
    ["inner-garbage", Buffer.from("0000000140ffffff00000000", "hex")],
    ["inner-garbage", Buffer.from("000000014000000700000000", "hex")],
    ["inner-garbage", avp(79, "no EAP")],
    ["inner-garbage", avp(79, Buffer.of(2, 1, 0, 6, eapTypes.gtc, 1))],
  ])("%s (case %#) refuses the peer", async (reason, said) => {
    const { eap, open } = openTestEap();
    const peer = await open();
    const answer = await peer.say(said);
    expect(outcome(answer)).toBe(reason);
    if (answer.kind === "refused")
      expect([...answer.failure]).toEqual([4, answer.failure[1], 0, 4]);
    expect(eap.size()).toBe(0);
  });

  test("an AVP that is not known and not mandatory is passed over", async () => {
    const { open } = openTestEap();
    const peer = await open();
    const extra = avp(999, "x", { isMandatory: false });
    expect(outcome(await peer.say(Buffer.concat([extra, pap("an", PASSWORD)])))).toBe("proved");
  });

  test("RFC 5281 §11.2.2: CHAP is taken over the tunnel's challenge and no other", async () => {
    const { open } = openTestEap();
    const prove = async (spoil: (challenge: Buffer) => void) => {
      const peer = await open();
      const challenge = peer.tls().exportKeyingMaterial(17, "ttls challenge", Buffer.alloc(0));
      spoil(challenge);
      const identifier = challenge[16] as number;
      const digest = chapDigest(identifier, Buffer.from(PASSWORD), challenge.subarray(0, 16));
      const proof = [avp(3, Buffer.concat([Buffer.of(identifier), digest]))];
      proof.push(avp(60, challenge.subarray(0, 16)), avp(1, "an"));
      return outcome(await peer.say(Buffer.concat(proof)));
    };
    expect(await prove(() => {})).toBe("proved");
    // A proof recorded elsewhere, right for the challenge it names.
    expect(await prove((challenge) => challenge.writeUInt8((challenge[0] as number) ^ 1))).toBe(
      "wrong-password",
    );
    expect(
      await prove((challenge) => challenge.writeUInt8((challenge[16] as number) ^ 1, 16)),
    ).toBe("wrong-password");
  });

  test("any octets inside are refused or waited for, never let in", async () => {
    const { open } = openTestEap();
    const anyAvps = fc
      .array(
        fc.record({
          vendor: fc.constantFrom(0, 311, 7),
          code: fc.constantFrom(1, 2, 3, 11, 25, 60, 79, 500),
          isMandatory: fc.boolean(),
          value: fc.uint8Array({ maxLength: 60 }).map((octets) => Buffer.from(octets)),
        }),
        { maxLength: 6 },
      )
      .map((avps) => Buffer.concat(avps.map(encodeAvp)));
    const octets = fc.oneof(anyAvps, fc.uint8Array({ minLength: 1, maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(octets, async (said) => {
        if (said.length === 0) return;
        const peer = await open();
        expect(["refused", "challenge"]).toContain((await peer.say(said)).kind);
      }),
      { numRuns: 150 },
    );
  });
});

describe("outside the tunnel", () => {
  test("a conversation goes on for its own NAS and device alone", async () => {
    const { eap } = openTestEap();
    const peer = createSupplicant(eap);
    const begun = await peer.begin();
    if (begun.kind !== "challenge") throw new Error("nothing was begun");
    const hello = Buffer.of(2, begun.eap[1] as number, 0, 6, eapTypes.ttls, 0);
    const ask = {
      nasId: "nas-1",
      mac: "AC-00-5E-00-53-01",
      mtu: null,
      state: begun.state,
      eap: hello,
    };
    for (const other of [
      { nasId: "nas-2" },
      { mac: "02-00-5E-00-53-02" },
      { mac: null },
      { state: randomBytes(16) },
      { state: null },
    ])
      expect(outcome(await eap.receive({ ...ask, ...other }))).toBe("unknown-state");
    expect((await peer.sendHello()).kind).toBe("challenge");
  });

  test("the same response under a new authenticator gets the same request again", async () => {
    const { eap } = openTestEap();
    const ask = { nasId: "nas-1", mac: null, mtu: null, state: null };
    const begun = await eap.receive({ ...ask, eap: Buffer.of(2, 9, 0, 6, 1, 97) });
    if (begun.kind !== "challenge") throw new Error("nothing was begun");
    const nak = Buffer.of(2, begun.eap[1] as number, 0, 6, eapTypes.nak, eapTypes.peap);
    const again = { ...ask, state: begun.state, eap: nak };
    const first = await eap.receive(again);
    expect(first).toMatchObject({ kind: "challenge" });
    if (first.kind === "challenge") expect(first.eap[4]).toBe(eapTypes.peap);
    expect(await eap.receive(again)).toEqual(first);
    const stale = { ...again, eap: Buffer.of(2, 77, 0, 6, eapTypes.peap, 0) };
    expect(outcome(await eap.receive(stale))).toBe("eap-out-of-turn");
  });

  test.each([
    ["no-method", eapTypes.nak, [13]],
    ["no-method", eapTypes.nak, []],
    ["eap-garbage", 13, [0]],
    ["eap-garbage", eapTypes.ttls, []],
    ["eap-garbage", eapTypes.ttls, [0]],
    // A version nobody offered; START; a length that is not there; 2 GiB announced; More of nothing.
    ["eap-garbage", eapTypes.ttls, [1, 22]],
    ["eap-garbage", eapTypes.ttls, [0x20]],
    ["eap-garbage", eapTypes.ttls, [0x80, 0, 0]],
    ["eap-garbage", eapTypes.ttls, [0xc0, 0x7f, 0xff, 0xff, 0xff, 22]],
    ["eap-garbage", eapTypes.ttls, [0x40]],
  ])("%s (case %#) ends the conversation", async (reason, type, body) => {
    const { eap } = openTestEap();
    const peer = createSupplicant(eap);
    await peer.begin();
    expect(outcome(await peer.respond(type, Buffer.from(body)))).toBe(reason);
    expect(eap.size()).toBe(0);
  });

  test("fragments that never end are cut off at 16 KiB", async () => {
    const { eap } = openTestEap();
    const peer = createSupplicant(eap);
    await peer.begin();
    const more = Buffer.concat([Buffer.of(0x40), Buffer.alloc(1300, 22)]);
    let sent = 0;
    while ((await peer.respond(eapTypes.ttls, more)).kind === "challenge") sent += 1300;
    expect(outcome(peer.answer())).toBe("eap-garbage");
    expect(sent).toBeLessThanOrEqual(16_384);
  });

  test("what is no TLS is answered with an alert, and then refused", async () => {
    const { eap } = openTestEap();
    const peer = createSupplicant(eap);
    await peer.begin();
    const alert = await peer.respond(eapTypes.ttls, Buffer.from("\0GET / HTTP/1.1\r\n\r\n"));
    if (alert.kind === "challenge") {
      expect(alert.eap[6]).toBe(21);
      await peer.respond(eapTypes.ttls, Buffer.of(0));
    }
    expect(outcome(peer.answer())).toBe("tls-failed");
  });

  test("a peer that acknowledges for ever is refused in the end", async () => {
    const { open } = openTestEap();
    const peer = await open();
    let rounds = 0;
    while ((await peer.respond(eapTypes.ttls, Buffer.of(0))).kind === "challenge") rounds += 1;
    expect(outcome(peer.answer())).toBe("eap-garbage");
    expect(rounds).toBeLessThan(64);
  });

  test.each([80, 128, 300, 1400, 65_536])(
    "RFC 3579 §2.4: at Framed-MTU %i no EAP packet is longer",
    async (mtu) => {
      const { eap } = openTestEap();
      const peer = createSupplicant(eap, { mtu });
      const lengths: number[] = [];
      await peer.begin();
      const watched = createSupplicant(
        {
          ...eap,
          receive: async (request) => {
            const answer = await eap.receive(request);
            if (answer.kind === "challenge") lengths.push(answer.eap.length);
            return answer;
          },
        },
        { mtu },
      );
      await watched.begin();
      await watched.shakeHands();
      expect(outcome(await watched.say(pap("an", PASSWORD)))).toBe("proved");
      // RFC 3748 §3.1: a link carries 1020 octets; below 128 nothing would get through in time.
      expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.min(1400, Math.max(128, mtu)));
    },
  );

  test("any response is answered or met with silence", async () => {
    const { eap } = openTestEap();
    const state = { state: null as Buffer | null };
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (body, isFramed) => {
        const framed = Buffer.concat([Buffer.of(2, 1, 0, body.length + 4), body]);
        const ask = { nasId: "nas-1", mac: null, mtu: null, ...state };
        const answer = await eap.receive({ ...ask, eap: isFramed ? framed : Buffer.from(body) });
        if (answer.kind === "challenge") state.state = answer.state;
        expect(answer.kind).not.toBe("proved");
      }),
      { numRuns: 2000 },
    );
  });

  test("RFC 5281 §7.5, RFC 9190 §5.7: a session is never resumed, whatever the peer has kept", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const { open } = openTestEap();
      const first = await open({ version });
      const kept: Buffer[] = [];
      first.tls().on("session", (session: Buffer) => kept.push(session));
      await first.say(pap("an", PASSWORD));
      const session = kept.at(-1) ?? first.tls().getSession();
      const again = await open({ version, ...(session && { session }) });
      expect(again.tls().isSessionReused()).toBe(false);
      expect(outcome(await again.say(pap("an", "wrong")))).toBe("wrong-password");
    }
  });
});

describe("many conversations", () => {
  test("no more are kept than the limit, and those heard of last", async () => {
    const { eap } = openTestEap();
    const early = createSupplicant(eap, { mac: "AC-00-5E-00-53-02" });
    const forgotten = createSupplicant(eap);
    await forgotten.begin();
    await early.begin();
    for (let at = 1; at < CONVERSATIONS_MAX; at++) {
      if (at === CONVERSATIONS_MAX - 1) await early.sendHello();
      await createSupplicant(eap).begin();
    }
    expect(eap.size()).toBe(CONVERSATIONS_MAX);
    expect(outcome(await forgotten.sendHello())).toBe("unknown-state");
    await early.shakeHands();
    expect(outcome(await early.say(pap("an", PASSWORD)))).toBe("proved");
  });

  test("one that takes more than a minute is over, and its place is free", async () => {
    const { eap, advance } = openTestEap();
    const slow = createSupplicant(eap);
    const slower = createSupplicant(eap);
    await slow.begin();
    await slower.begin();
    advance(CONVERSATION_SECONDS);
    expect((await slow.sendHello()).kind).toBe("challenge");
    advance(1);
    expect(outcome(await slower.sendHello())).toBe("unknown-state");
    await createSupplicant(eap).begin();
    expect(eap.size()).toBe(1);
  });

  test("closing waits for the answer under way and ends all others", async () => {
    const { eap, open } = openTestEap();
    const peer = await open();
    await createSupplicant(eap).begin();
    let told: EapAnswer | null = null;
    const answer = peer.respond(eapTypes.ttls, Buffer.of(0)).then((each) => {
      told = each;
    });
    await eap.close();
    expect(told).toMatchObject({ kind: "challenge" });
    expect(eap.size()).toBe(0);
    await answer;
  });
});
