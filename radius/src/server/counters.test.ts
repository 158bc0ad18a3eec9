import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket, type RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import type { DropReason } from "./counters.ts";
import { createCounters } from "./counters.ts";

const at = new Date("2026-03-01T02:00:00.000Z");
const anybody = { userName: "nobody", password: "x", mac: MAC };
const record = (status: number, more: RawAttribute[] = []) => [
  attribute("Acct-Status-Type", status),
  attribute("Acct-Session-Id", "s-1"),
  attribute("Calling-Station-Id", MAC),
  ...more,
];

/** What a packet of one kind adds to a NAS's sight. */
const packetOf = (code: number, isSigned: boolean, attributes: RawAttribute[] = []) => {
  const authenticator = code === codes.accountingRequest ? null : randomBytes(16);
  const key = prepareSecret("a-secret");
  const bytes = encodeRequest({ code, identifier: 1, authenticator, attributes, isSigned }, key);
  const decoded = decodePacket(bytes);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
};
const signedLogIn = packetOf(codes.accessRequest, true);
const accounting = packetOf(codes.accountingRequest, false, record(1));

const sightAfter = (seen: [packet: typeof signedLogIn, fault: DropReason | null][]) => {
  const counters = createCounters(at);
  for (const [packet, fault] of seen)
    counters.see("n", { packet, fault, port: "auth", isRadsec: false, at });
  return counters.read().nas.n?.seen;
};

describe("what is kept", () => {
  test("is bounded whatever the number of NAS: the one not heard of for longest makes room", () => {
    const counters = createCounters(at);
    for (let each = 0; each < 5000; each++) {
      counters.count(`nas-${each}`, "requests");
      counters.count("busy", "requests");
    }
    const { nas } = counters.read();
    expect(Object.keys(nas)).toHaveLength(1024);
    expect(nas.busy?.requests).toBe(5000);
    expect(nas["nas-4999"]?.requests).toBe(1);
    expect(nas["nas-0"]).toBeUndefined();
  });

  test("is bounded whatever Error-Causes NAS make up, and counts all of them", () => {
    const counters = createCounters(at);
    for (let cause = 0; cause < 1000; cause++)
      counters.noteOrder("n", { order: "disconnect", outcome: `refused ${cause}`, at });
    const outcomes = counters.read().nas.n?.disconnects.outcomes ?? {};
    expect(Object.keys(outcomes)).toHaveLength(65);
    expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(1000);
    expect(outcomes.other).toBe(936);
  });

  test("is told as it was then, whatever is counted later", () => {
    const counters = createCounters(at);
    counters.countReason("n", "drops", "too-busy");
    const before = counters.read();
    counters.countReason("n", "drops", "too-busy");
    expect(before.nas.n?.drops).toEqual({ "too-busy": 1 });
  });
});

describe("a NAS's secret", () => {
  const wrong = [signedLogIn, "wrong-message-authenticator"] as [typeof signedLogIn, DropReason];
  const right = [signedLogIn, null] as [typeof signedLogIn, null];

  test("is another one from the first wrong packet of a NAS that was never right", () => {
    expect(sightAfter([wrong])?.secrets.access).toMatchObject({ state: "other", wrongInARow: 1 });
  });

  test("is doubted only after five in a row of one that was right: a few may be forged", () => {
    const few = [right, ...Array(4).fill(wrong)];
    expect(sightAfter(few)?.secrets.access).toMatchObject({ state: "right", wrongInARow: 4 });
    expect(sightAfter([...few, wrong])?.secrets.access.state).toBe("other");
    expect(sightAfter([...few, wrong, right])?.secrets.access.state).toBe("right");
  });

  test("of log-ins and of accounting are two", () => {
    const { access, accounting: kept } = sightAfter([right, [accounting, "wrong-authenticator"]])
      ?.secrets ?? { access: null, accounting: null };
    expect([access?.state, kept?.state]).toEqual(["right", "other"]);
  });

  test("is not shown by a log-in that is not signed", () => {
    const unsigned = packetOf(codes.accessRequest, false);
    const sight = sightAfter([[unsigned, null]]);
    expect(sight?.secrets.access.state).toBe("unproved");
    expect(sight).toMatchObject({ lastSignedAt: null, lastUnsignedAt: at.toISOString() });
  });

  test("RFC 3579 §3.1: EAP is signed by everybody, which tells nothing of other log-ins", () => {
    const eap = packetOf(codes.accessRequest, true, [attribute("EAP-Message", Buffer.of(1))]);
    expect(sightAfter([[eap, null]])).toMatchObject({ lastSignedAt: null, lastUnsignedAt: null });
  });
});

describe("a running server's counters", () => {
  test("tell when each kind of packet came last", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap(anybody));
    for (const status of [1, 3, 2]) {
      box.advance(60);
      await nas.exchange(box.acctPort, nas.accounting(record(status)));
    }
    expect(box.health().nas[NAS_ID]?.seen).toMatchObject({
      lastLogInAt: "2026-03-01T02:00:00.000Z",
      lastSignedAt: "2026-03-01T02:00:00.000Z",
      lastStartAt: "2026-03-01T02:01:00.000Z",
      lastInterimAt: "2026-03-01T02:02:00.000Z",
      lastStopAt: "2026-03-01T02:03:00.000Z",
      lastRequestAt: "2026-03-01T02:03:00.000Z",
      lastThrough: "udp",
      clock: null,
    });
  });

  test("RFC 2869 §5.3: tell how far a NAS's clock is off, its own delay taken off", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const stamp = new Date(at.getTime() - 40_000 - 600_000);
    const late = [attribute("Event-Timestamp", stamp), attribute("Acct-Delay-Time", 40)];
    await nas.exchange(box.acctPort, nas.accounting(record(1, late)));
    expect(box.health().nas[NAS_ID]?.seen.clock?.offsetSeconds).toBe(-600);
    // Anybody can have made an unsigned log-in.
    const more = [attribute("Event-Timestamp", new Date(0))];
    await nas.exchange(box.authPort, nas.pap({ ...anybody, more, isSigned: false }));
    expect(box.health().nas[NAS_ID]?.seen.clock?.offsetSeconds).toBe(-600);
  });

  test("measure log-ins and accounting apart, without the delay of a reject", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: 2000 });
    const nas = await openTestNas();
    const began = performance.now();
    expect((await nas.exchange(box.authPort, nas.pap(anybody)))?.code).toBe(codes.accessReject);
    expect(performance.now() - began).toBeGreaterThan(1950);
    await nas.exchange(box.acctPort, nas.accounting(record(1)));
    await nas.exchange(box.acctPort, nas.accounting(record(9)));
    const { access, accounting: stored } = box.health().nas[NAS_ID]?.latency ?? {};
    expect(access?.count).toBe(1);
    expect(access?.p99Milliseconds).toBeLessThan(1800);
    expect(stored?.count).toBe(2);
  });

  test("count a retransmission as no answer of its own", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const bytes = nas.accounting(record(1));
    await nas.exchange(box.acctPort, bytes);
    await nas.exchange(box.acctPort, bytes);
    await sleep(10);
    expect(box.health().nas[NAS_ID]?.latency.accounting.count).toBe(1);
  });
});
