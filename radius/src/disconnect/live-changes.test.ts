import { setTimeout as sleep } from "node:timers/promises";
import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import { NAS_ID } from "../../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { type LiveOptions, startLiveBox } from "../../test/live.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";
import { RETRY_SECONDS } from "./live-rules.ts";

const HOUR = 3600;
const SEVERAL_LOOKS_MS = 200;

const acknowledge: Answer = (request) =>
  replyTo(request, request.code === codes.coaRequest ? codes.coaAck : codes.disconnectAck);
const refuse = (errorCause: number): Answer => {
  const cause = attribute("Error-Cause", errorCause);
  return (request) => replyTo(request, codes.coaNak, [cause]);
};

/** A guest who is online through a NAS that answers so. */
async function online(answer: Answer, options: Omit<LiveOptions, "portNumber"> = {}) {
  const nas = await listenForDisconnects(answer);
  const live = await startLiveBox({ ...options, portNumber: nas.portNumber });
  await live.connect("s-1");
  const orders = () =>
    nas.got.map((bytes) => {
      const decoded = decodePacket(bytes);
      if (decoded.kind === "malformed") throw new Error(decoded.reason);
      const { packet } = decoded;
      return {
        code: packet.code,
        seconds: findValue(packet, "Session-Timeout"),
        rates: findValue(packet, "Mikrotik-Rate-Limit"),
      };
    });
  const changePolicy = (change: Partial<AccessPolicy>) =>
    live.change((next) => {
      next.policies = next.policies.map((policy) => ({ ...policy, ...change }));
    });
  const session = () => live.listOpen()[0];
  const outcomes = async (expected: Record<string, number>) =>
    vi.waitFor(() => expect(live.box.health().changes).toEqual(expected), 20_000);
  return { ...live, nas, orders, changePolicy, session, outcomes };
}

const coa = (seconds: number | null, rates: string | null = null) => ({
  ...{ code: codes.coaRequest, seconds, rates },
});

describe("a policy that is changed while a session goes on", () => {
  test("is told to CoovaChilli as a new Session-Timeout, once, and the session goes on", async () => {
    const { box, changePolicy, orders, session, outcomes, interim } = await online(acknowledge);
    box.advance(HOUR);
    changePolicy({ sessionSeconds: 2 * HOUR });
    await outcomes({ acknowledged: 1 });
    await vi.waitFor(() => expect(session()?.change?.outcome).toBe("acknowledged"), 20_000);
    const endsAt = new Date("2026-03-01T04:00:00.000Z");
    expect(session()).toMatchObject({ expectedEndAt: endsAt, disconnect: null });
    // Its accounting goes on to name the end it was granted at first.
    await interim("s-1", 10);
    expect(session()?.expectedEndAt).toEqual(endsAt);
    box.advance(RETRY_SECONDS);
    await sleep(SEVERAL_LOOKS_MS);
    expect(orders()).toEqual([coa(2 * HOUR)]);
    expect(box.health().nas[NAS_ID]?.changes).toMatchObject({ outcomes: { acknowledged: 1 } });
    expect(box.health().disconnects).toEqual({});
  });

  test("raised, lets the session go on beyond what it was granted", async () => {
    const { box, changePolicy, orders, session, outcomes, interim } = await online(acknowledge);
    box.advance(HOUR);
    changePolicy({ sessionSeconds: 6 * HOUR });
    await outcomes({ acknowledged: 1 });
    await vi.waitFor(() => expect(session()?.change?.outcome).toBe("acknowledged"), 20_000);
    box.advance(4 * HOUR);
    await interim("s-1", 10);
    await sleep(SEVERAL_LOOKS_MS);
    expect(orders()).toEqual([coa(6 * HOUR)]);
    expect(session()?.expectedEndAt).toEqual(new Date("2026-03-01T08:00:00.000Z"));
    box.advance(HOUR - 30);
    await interim("s-1", 20);
    box.advance(30 + 61);
    await vi.waitFor(() => expect(session()).toBeUndefined(), 20_000);
  });

  test("raised, never goes beyond the access code that the guest came in by", async () => {
    const nas = await listenForDisconnects(acknowledge);
    const policy = { sessionSeconds: HOUR };
    const live = await startLiveBox({ portNumber: nas.portNumber, policy });
    const endsAt = new Date("2026-03-01T04:00:00.000Z");
    await live.connect("s-1", undefined, { method: "access-code", endsAt });
    live.change((next) => {
      next.policies = next.policies.map((each) => ({ ...each, sessionSeconds: 9 * HOUR }));
    });
    const change = () => live.listOpen()[0]?.change;
    await vi.waitFor(() => expect(change()?.outcome).toBe("acknowledged"), 20_000);
    expect(live.listOpen()[0]?.expectedEndAt).toEqual(endsAt);
  });

  test("is told to MikroTik by its rates as well", async () => {
    const { changePolicy, orders, outcomes } = await online(acknowledge, { vendor: "mikrotik" });
    changePolicy({ uploadKbps: 512 });
    await outcomes({ acknowledged: 1 });
    expect(orders()).toEqual([coa(null, "512k/20000k")]);
  });

  test("holds from the next log-in where its NAS changes nothing of it then, and nothing is sent", async () => {
    const { changePolicy, orders, session, box } = await online(acknowledge);
    changePolicy({ uploadKbps: 512, downloadKbps: 1024, idleSeconds: 60 });
    await sleep(SEVERAL_LOOKS_MS);
    expect(orders()).toEqual([]);
    expect(session()?.change).toBeNull();
    expect(box.health().changes).toEqual({});
  });

  test("ends a session that is used up by it instead", async () => {
    const { box, changePolicy, orders, session } = await online(acknowledge);
    box.advance(HOUR);
    changePolicy({ sessionSeconds: HOUR });
    await vi.waitFor(() => expect(session()?.disconnect?.outcome).toBe("acknowledged"), 20_000);
    expect(orders()).toEqual([{ code: codes.disconnectRequest, seconds: null, rates: null }]);
    expect(session()?.change).toBeNull();
  });
});

describe("a NAS that is told other limits", () => {
  test("and refuses: it is told again after the interval, IT sees why, and the old end stays", async () => {
    const { box, changePolicy, orders, session, outcomes } = await online(refuse(401));
    changePolicy({ sessionSeconds: 2 * HOUR });
    await outcomes({ "refused 401": 1 });
    await vi.waitFor(() => expect(session()?.change?.outcome).toBe("refused 401"), 20_000);
    expect(session()?.expectedEndAt).toEqual(new Date("2026-03-01T06:00:00.000Z"));
    box.advance(RETRY_SECONDS - 1);
    await sleep(SEVERAL_LOOKS_MS);
    expect(orders()).toHaveLength(1);
    box.advance(1);
    await outcomes({ "refused 401": 2 });
    expect(box.health().nas[NAS_ID]?.changes.last?.outcome).toBe("refused 401");
    expect(box.health().nas[NAS_ID]?.disconnects.last).toBeNull();
  });

  test("and is silent: it is told again after the interval, also across a restart", async () => {
    let isBack = false;
    const answer: Answer = (request, sending) => (isBack ? acknowledge(request, sending) : null);
    const waitSeconds = [0.05, 0.05];
    const { box, changePolicy, orders, session } = await online(answer, { waitSeconds });
    changePolicy({ sessionSeconds: 2 * HOUR });
    await vi.waitFor(() => expect(session()?.change?.outcome).toBe("timed-out"), 20_000);
    isBack = true;
    await box.close();
    const again = await box.startAgain();
    await sleep(SEVERAL_LOOKS_MS);
    expect(orders()).toHaveLength(2);
    box.advance(RETRY_SECONDS);
    await vi.waitFor(() => expect(session()?.change?.outcome).toBe("acknowledged"), 20_000);
    expect(again.health().changes).toEqual({ acknowledged: 1 });
    expect(orders()).toHaveLength(3);
  });

  test("and knows the session no more: it is closed as lost", async () => {
    const { changePolicy, listOpen, listCauses } = await online(refuse(503));
    changePolicy({ sessionSeconds: 2 * HOUR });
    await vi.waitFor(() => expect(listOpen()).toEqual([]), 20_000);
    expect(listCauses()).toEqual(["Lost-Contact"]);
  });

  test("while the policy is changed once more hears the last word as well, after the interval", async () => {
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { box, changePolicy, orders, outcomes } = await online(
      async (request, sending) => {
        await isReleased;
        return acknowledge(request, sending);
      },
      { waitSeconds: [60] },
    );
    changePolicy({ sessionSeconds: 2 * HOUR });
    await vi.waitFor(() => expect(orders()).toHaveLength(1), 20_000);
    changePolicy({ sessionSeconds: 3 * HOUR });
    await sleep(SEVERAL_LOOKS_MS);
    release();
    await outcomes({ acknowledged: 1 });
    box.advance(RETRY_SECONDS);
    await outcomes({ acknowledged: 2 });
    expect(orders()).toEqual([coa(2 * HOUR), coa(3 * HOUR)]);
  });
});
