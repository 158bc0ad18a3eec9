import { randomBytes } from "node:crypto";
import { createSecureContext } from "node:tls";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { coovaOf, MAC, NAS_ID, SECRET, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { createStays } from "../disconnect/stays.ts";
import { createEap } from "../eap/eap.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes, dictionary } from "../protocol/dictionary.ts";
import { attribute, findValue, listOctets } from "../protocol/values.ts";
import { createCounters } from "./counters.ts";
import { buildNasTable } from "./nas-table.ts";
import { createReceiver } from "./receive.ts";
import { createRejectDelay } from "./reject-delay.ts";
import { createReplyCache } from "./reply-cache.ts";

const key = prepareSecret(SECRET);
const anybody = { userName: "nobody", password: "x", mac: MAC };

/** An Access-Request of any attributes, signed or not. */
const access = (attributes: ReturnType<typeof attribute>[], isSigned: boolean, identifier = 200) =>
  encodeRequest(
    {
      code: codes.accessRequest,
      identifier,
      authenticator: randomBytes(16),
      attributes,
      isSigned,
    },
    key,
  );

describe("who is answered", () => {
  test("RFC 2865 §3: a packet from no NAS of the branch is dropped and counted", async () => {
    const settings = sampleSettings((each) => {
      coovaOf(each).source = "192.0.2.1";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    expect(await nas.exchange(box.authPort, nas.pap(anybody), 200)).toBeNull();
    expect(box.health()).toMatchObject({ nas: {}, unknown: { drops: { "unknown-nas": 1 } } });
  });

  test("a box without settings answers nobody", async () => {
    const box = await startTestBox({ settings: null });
    const nas = await openTestNas();
    expect(await nas.exchange(box.authPort, nas.pap(anybody), 200)).toBeNull();
  });

  test.each([
    ["too-short", (bytes: Buffer) => bytes.subarray(0, 19)],
    ["shorter-than-its-length", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ["length-out-of-range", (bytes: Buffer) => Buffer.from(bytes).fill(0, 2, 4)],
    ["attribute-overrun", (bytes: Buffer) => Buffer.from(bytes).fill(255, 21, 22)],
    ["wrong-message-authenticator", (bytes: Buffer) => Buffer.from(bytes).fill(7, 30, 31)],
    ["code-not-for-this-port", (bytes: Buffer) => Buffer.from(bytes).fill(4, 0, 1)],
  ])("what must be met with silence is counted as %s", async (reason, spoil) => {
    const box = await startTestBox();
    const nas = await openTestNas();
    expect(await nas.exchange(box.authPort, spoil(nas.pap(anybody)), 200)).toBeNull();
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 0, drops: { [reason]: 1 } });
  });

  test("RFC 768: a packet from port 0, where no answer can go, is counted and harms nobody", () => {
    const counters = createCounters(new Date());
    const table = buildNasTable(sampleSettings().nas);
    const authorizer = {
      authorize: () => ({ kind: "reject", reason: "ticket-unknown" }) as const,
      authorizeMember: () => Promise.reject(new Error("nobody speaks EAP here")),
      settle: async () => {},
    };
    const eap = createEap({
      clock: () => new Date(),
      findPassword: async () => null,
      secureContext: createSecureContext,
    });
    const { receive } = createReceiver({
      ...{ nasTable: () => table, authorizer, cache: createReplyCache() },
      writer: { ask: () => null },
      admissions: { complete: (_, record) => record },
      stays: createStays(),
      doorNotes: { note: () => {}, noteSilence: () => {}, close: async () => {} },
      ...{ rejectDelay: createRejectDelay(0) },
      signing: { isDemanded: () => false, learn: () => {} },
      ...{ eap, counters, clock: () => new Date(), log: pino({ level: "silent" }) },
    });
    // Node throws on a send to port 0, and one forged packet would end the server.
    const send = () => {
      throw new RangeError("Port should be > 0 and < 65536");
    };
    const status = { code: codes.statusServer, identifier: 1, authenticator: randomBytes(16) };
    const bytes = encodeRequest({ ...status, attributes: [], isSigned: true }, key);
    receive({ port: "auth", bytes, address: "127.0.0.1", remotePort: 0, send });
    expect(counters.read().nas[NAS_ID]?.drops).toEqual({ "no-reply-port": 1 });
  });

  test("an answer of a server is no request", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const bytes = nas.pap(anybody);
    bytes[0] = codes.accessAccept;
    expect(await nas.exchange(box.authPort, bytes, 200)).toBeNull();
  });

  test("an unsigned Access-Request is answered, and signed", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const reply = await nas.exchange(box.authPort, nas.pap({ ...anybody, isSigned: false }));
    expect(reply?.attributes[0]?.type).toBe(dictionary["Message-Authenticator"].number);
  });

  test("CVE-2024-3596: Proxy-State without Message-Authenticator is dropped", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const attributes = [attribute("User-Name", "an"), attribute("Proxy-State", Buffer.of(1))];
    expect(await nas.exchange(box.authPort, access(attributes, false), 200)).toBeNull();
    expect(await nas.exchange(box.authPort, access(attributes, true))).not.toBeNull();
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "no-message-authenticator": 1 });
  });

  test("RFC 3579 §3.1: EAP without Message-Authenticator is dropped", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const attributes = [attribute("EAP-Message", Buffer.of(2, 77, 0, 6, 1, 97))];
    expect(await nas.exchange(box.authPort, access(attributes, false), 200)).toBeNull();
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "no-message-authenticator": 1 });
  });

  test("RFC 3579 §2.6.3: EAP that nobody began is rejected with EAP-Failure of the same identifier", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const attributes = [attribute("EAP-Message", Buffer.of(2, 77, 0, 6, 21, 0))];
    const reply = await nas.exchange(box.authPort, access(attributes, true));
    expect(reply?.code).toBe(codes.accessReject);
    expect(reply?.attributes.map(({ type }) => type)).toEqual([80, 79]);
    expect(reply && findValue(reply, "EAP-Message")).toEqual(Buffer.of(4, 77, 0, 4));
  });

  test("RFC 5997 §3: Status-Server without Message-Authenticator is dropped", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const status = (isSigned: boolean) => {
      const bytes = access([], isSigned);
      if (isSigned) throw new Error("radclient proves the signed one");
      bytes[0] = codes.statusServer;
      return bytes;
    };
    expect(await nas.exchange(box.authPort, status(false), 200)).toBeNull();
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "no-message-authenticator": 1 });
  });
});

describe("an Access-Reject carries only what it may", () => {
  test.each([
    ["ticket-unknown", {}],
    ["device-mismatch", { userName: "AC-00-5E-00-53-77", password: "AC-00-5E-00-53-77" }],
    ["unknown-device", { userName: MAC, password: MAC }],
    ["no-calling-station", { userName: MAC, password: MAC, mac: null }],
  ])("%s", async (reason, change) => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const more = [
      attribute("Proxy-State", Buffer.from("p1")),
      attribute("WISPr-Location-Name", "Foyer"),
      attribute("State", Buffer.from("s")),
      attribute("Proxy-State", Buffer.from("p2")),
    ];
    const reply = await nas.exchange(box.authPort, nas.pap({ ...anybody, ...change, more }));
    if (!reply) throw new Error("no answer");
    expect(reply.code).toBe(codes.accessReject);
    expect(reply.attributes.map(({ vendor, type }) => [vendor, type])).toEqual([
      [0, dictionary["Message-Authenticator"].number],
      [0, dictionary["Reply-Message"].number],
      [0, dictionary["Proxy-State"].number],
      [0, dictionary["Proxy-State"].number],
    ]);
    expect(findValue(reply, "Reply-Message")).toBe(reason);
    expect(listOctets(reply, "Proxy-State").map(String)).toEqual(["p1", "p2"]);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ [reason]: 1 });
  });
});

describe("RFC 5080 §2.2.2: a retransmission", () => {
  test("gets the same octets, and the ticket is used once", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username, password } = box.issueTicketFor();
    const bytes = nas.pap({ userName: username, password, mac: MAC });
    const first = await nas.exchange(box.authPort, bytes);
    const second = await nas.exchange(box.authPort, bytes);
    expect(first?.code).toBe(codes.accessAccept);
    expect(second?.bytes).toEqual(first?.bytes);
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 1, accepts: 1, retransmits: 1 });
  });

  test("of a reject gets the same octets too", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const bytes = nas.pap(anybody);
    const first = await nas.exchange(box.authPort, bytes);
    expect((await nas.exchange(box.authPort, bytes))?.bytes).toEqual(first?.bytes);
    expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "ticket-unknown": 1 });
  });

  test("of accounting is answered and counted once", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const bytes = nas.accounting([
      attribute("Acct-Status-Type", 3),
      attribute("Acct-Session-Id", "s-1"),
      attribute("Calling-Station-Id", MAC),
      attribute("Acct-Session-Time", 60),
    ]);
    const first = await nas.exchange(box.acctPort, bytes);
    expect((await nas.exchange(box.acctPort, bytes))?.bytes).toEqual(first?.bytes);
    expect(box.listEvents("session.updated")).toHaveLength(1);
    expect(box.health().nas[NAS_ID]).toMatchObject({ stored: 1, retransmits: 1 });
  });

  test("with the id of another request but a new authenticator is a request of its own", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const one = nas.pap({ ...anybody, identifier: 9 });
    const other = nas.pap({ ...anybody, identifier: 9 });
    await nas.exchange(box.authPort, one);
    await nas.exchange(box.authPort, other);
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 2, retransmits: 0 });
  });

  test("with a bad Message-Authenticator never touches the cache", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const bytes = nas.pap(anybody);
    const first = await nas.exchange(box.authPort, bytes);
    const forged = Buffer.from(bytes).fill(0, 22, 38);
    expect(await nas.exchange(box.authPort, forged, 200)).toBeNull();
    expect((await nas.exchange(box.authPort, bytes))?.bytes).toEqual(first?.bytes);
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 1, retransmits: 1 });
  });
});
