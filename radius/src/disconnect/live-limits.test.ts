import { setTimeout as sleep } from "node:timers/promises";
import { findDeviceByMac, saveCommands, startSession } from "@foyer/branch-store";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID, SECRET } from "../../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { startFreeradiusNas } from "../../test/freeradius.ts";
import { type LiveOptions, startLiveBox } from "../../test/live.ts";
import { describeWithPeer } from "../../test/peers.ts";
import { codes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";
import { ORDERS_PER_NAS_MAX, RETRY_SECONDS } from "./live-rules.ts";

const HOUR = 3600;
const GIB = 2 ** 30;
/** Long enough for several looks at the sessions. */
const SEVERAL_LOOKS_MS = 200;

const acknowledge: Answer = (request) => replyTo(request, codes.disconnectAck);
const refuse = (errorCause: number): Answer => {
  const cause = attribute("Error-Cause", errorCause);
  return (request) => replyTo(request, codes.disconnectNak, [cause]);
};
const sessionOf = (request: Packet) => findValue(request, "Acct-Session-Id") as string;

/** A NAS that answers so, and a guest who is online through it. */
async function online(answer: Answer, options: Omit<LiveOptions, "portNumber"> = {}) {
  const nas = await listenForDisconnects(answer);
  const live = await startLiveBox({ ...options, portNumber: nas.portNumber });
  const guestId = await live.connect("s-1");
  return { ...live, nas, guestId };
}

/** The same NAS sends a Stop as soon as it has acknowledged. */
async function onlineWithStops(options: Omit<LiveOptions, "portNumber">) {
  let live: Awaited<ReturnType<typeof online>> | null = null;
  const stops: (Promise<void> | undefined)[] = [];
  live = await online((request, sending) => {
    stops.push(sleep(10).then(() => live?.stop(sessionOf(request))));
    return acknowledge(request, sending);
  }, options);
  // Before the sockets are closed: what was sent is answered.
  onTestFinished(async () => {
    await Promise.all(stops);
  });
  return live;
}

const dayQuota = (seconds: number | null, bytes: number | null) => ({
  quotas: [{ per: "day" as const, seconds, bytes }],
});

describe("what is used up ends a session that goes on", () => {
  test("part of MC-2.4: a day's hour, shared by two devices, ends both when it is over", async () => {
    const { box, nas, guestId, connect, listCauses } = await onlineWithStops({
      policy: dayQuota(HOUR, null),
    });
    await connect("s-2", OTHER_MAC, { guestId });
    box.advance(HOUR / 2 - 60);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toEqual([]);
    box.advance(60);
    await vi.waitFor(() => expect(listCauses()).toEqual(["time-used-up", "time-used-up"]), 20_000);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toHaveLength(2);
    expect(box.health().disconnects).toEqual({ acknowledged: 2 });
  });

  test("part of MC-2.5: a day's download ends the session beyond 4 GiB, not a byte before, at a NAS that is told no volume", async () => {
    const quota = { per: "day" as const, seconds: null, bytes: null };
    const { nas, interim, listCauses } = await onlineWithStops({
      ...{ policy: { quotas: [{ ...quota, downloadBytes: 5 * GIB }] }, vendor: "plain" },
    });
    await interim("s-1", 5 * GIB - 1);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toEqual([]);
    await interim("s-1", 5 * GIB);
    await vi.waitFor(() => expect(listCauses()).toEqual(["volume-used-up"]), 20_000);
  });

  test("part of MC-2.5: a byte cap ends the session", async () => {
    const { nas, interim, listCauses, listOpen } = await onlineWithStops({
      policy: { sessionBytes: 1_000_000 },
    });
    await interim("s-1", 999_999);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toEqual([]);
    await interim("s-1", 1_000_000);
    await vi.waitFor(() => expect(listCauses()).toEqual(["volume-used-up"]), 20_000);
    expect(nas.got).toHaveLength(1);
    expect(listOpen()).toEqual([]);
  });

  test("part of MC-2.5: a day's bytes count over the sessions before", async () => {
    const { box, nas, interim, stop, connect, listCauses } = await onlineWithStops({
      policy: dayQuota(null, 1_000_000),
    });
    await interim("s-1", 600_000);
    await stop("s-1");
    box.advance(60);
    await connect("s-2");
    await interim("s-2", 400_000);
    await vi.waitFor(() => expect(listCauses()).toEqual(["Admin-Reset", "volume-used-up"]), 20_000);
    expect(nas.got).toHaveLength(1);
  });

  test("part of MC-2.4: hours that close earlier than a session was told end it", async () => {
    const { box, change, listCauses } = await onlineWithStops({});
    change((next) => {
      const allowedHours = [{ days: [7], from: "08:00", to: "09:10" }];
      next.policies = next.policies.map((policy) => ({ ...policy, allowedHours }));
    });
    box.advance(600);
    await vi.waitFor(() => expect(listCauses()).toEqual(["outside-hours"]), 20_000);
  });

  test("a limit that is lowered, and a policy that is removed, end it at the next look", async () => {
    const { box, change, connect, listCauses } = await onlineWithStops({});
    box.advance(HOUR);
    change((next) => {
      next.policies = next.policies.map((policy) => ({ ...policy, sessionSeconds: HOUR }));
    });
    await vi.waitFor(() => expect(listCauses()).toEqual(["time-used-up"]), 20_000);
    await connect("s-2");
    change((next) => {
      const id = "01990000-0000-7000-8000-000000000081";
      next.policies = next.policies.map((policy) => ({ ...policy, id }));
    });
    await vi.waitFor(
      () => expect(listCauses()).toEqual(["time-used-up", "policy-removed"]),
      20_000,
    );
  });

  test("a device that staff block while it is online is ended, and a block that is over ends nobody", async () => {
    const { box, nas, change, listCauses } = await onlineWithStops({});
    const id = "0199f000-0000-7000-8000-0000000000aa";
    const rule = { id, mac: MAC, kind: "block" as const, policyId: null };
    change((next) => {
      next.deviceRules = [{ ...rule, until: "2026-03-01T01:00:00Z" }];
    });
    await box.catchUp();
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toEqual([]);
    change((next) => {
      next.deviceRules = [{ ...rule, until: null }];
    });
    await vi.waitFor(() => expect(listCauses()).toEqual(["blocked"]), 20_000);
  });
});

describe("a NAS that is told to end a session", () => {
  const ended = { policy: { sessionBytes: 1000 } };

  test("and knows it no more: it is closed as lost, and its Stop is still taken", async () => {
    const { box, nas, interim, stop, listCauses, listOpen } = await online(refuse(503), ended);
    await interim("s-1", 1000);
    await vi.waitFor(() => expect(listOpen()).toEqual([]), 20_000);
    expect(listCauses()).toEqual(["Lost-Contact"]);
    expect(box.health().disconnects).toEqual({ "refused 503": 1 });
    box.advance(5);
    await stop("s-1");
    expect(listCauses()).toEqual(["Lost-Contact", "volume-used-up"]);
    expect(nas.got).toHaveLength(1);
  });

  test("and refuses: it is told again after the interval, and IT sees why", async () => {
    const { box, nas, interim, listOpen } = await online(refuse(506), ended);
    await interim("s-1", 1000);
    const last = () => listOpen()[0]?.disconnect;
    await vi.waitFor(() => expect(last()?.outcome).toBe("refused 506"), 20_000);
    expect(last()?.cause).toBe("volume-used-up");
    box.advance(RETRY_SECONDS - 1);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toHaveLength(1);
    box.advance(1);
    await vi.waitFor(() => expect(box.health().disconnects).toEqual({ "refused 506": 2 }), 20_000);
  });

  test("and is silent: it is told again after the interval, also across a restart", async () => {
    let isBack = false;
    const answer: Answer = (request, sending) => (isBack ? acknowledge(request, sending) : null);
    const { box, nas, interim, listOpen } = await online(answer, {
      ...ended,
      waitSeconds: [0.05, 0.05],
    });
    await interim("s-1", 1000);
    const outcome = () => listOpen()[0]?.disconnect?.outcome;
    await vi.waitFor(() => expect(outcome()).toBe("timed-out"), 20_000);
    expect(box.health().disconnects).toEqual({ "timed-out": 1 });
    isBack = true;
    await box.close();
    const again = await box.startAgain();
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toHaveLength(2);
    box.advance(RETRY_SECONDS);
    await vi.waitFor(() => expect(outcome()).toBe("acknowledged"), 20_000);
    expect(again.health().disconnects).toEqual({ acknowledged: 1 });
    expect(nas.got).toHaveLength(3);
  });

  test("while the server is restarted: it is told again at once, once", async () => {
    let isBack = false;
    const answer: Answer = (request, sending) => (isBack ? acknowledge(request, sending) : null);
    const { box, nas, interim, listOpen } = await online(answer, { ...ended, waitSeconds: [60] });
    await interim("s-1", 1000);
    await vi.waitFor(() => expect(nas.got).toHaveLength(1), 20_000);
    await box.close();
    expect(listOpen()[0]?.disconnect).toMatchObject({ cause: "volume-used-up", outcome: null });
    isBack = true;
    await box.startAgain();
    await vi.waitFor(() => expect(listOpen()[0]?.disconnect?.outcome).toBe("acknowledged"), 20_000);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toHaveLength(2);
  });

  test("by the cloud at the same time, gets one request", async () => {
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answer: Answer = async (request, sending) => {
      await isReleased;
      return acknowledge(request, sending);
    };
    const { box, nas, interim } = await online(answer, { ...ended, waitSeconds: [60] });
    await interim("s-1", 1000);
    await vi.waitFor(() => expect(nas.got).toHaveLength(1), 20_000);
    box.store.transaction((tx) => {
      const id = "01990000-0000-7000-8000-0000000000c1";
      const deviceId = findDeviceByMac(tx, MAC)?.id as string;
      const expiresAt = new Date(tx.now.getTime() + 60_000).toISOString();
      saveCommands(tx, [{ id, position: 1, kind: "guest.disconnect", deviceId, expiresAt }]);
    });
    await sleep(SEVERAL_LOOKS_MS);
    release();
    await vi.waitFor(() => expect(box.health().disconnects).toEqual({ acknowledged: 2 }), 20_000);
    expect(nas.got).toHaveLength(1);
  });

  test("and takes no such orders, is left to its own Session-Timeout", async () => {
    const { box, connect, interim, listOpen } = await startLiveBox({ ...ended, portNumber: null });
    await connect("s-1");
    await interim("s-1", 1000);
    await sleep(SEVERAL_LOOKS_MS);
    expect(listOpen()).toMatchObject([{ policyId: POLICY_ID, disconnect: null }]);
    expect(box.health().disconnects).toEqual({});
  });

  test("of sixty sessions at once, has a few orders at a time, each session one", async () => {
    let waiting = 0;
    let most = 0;
    const nas = await listenForDisconnects(async (request, sending) => {
      waiting += 1;
      most = Math.max(most, waiting);
      await sleep(10);
      waiting -= 1;
      return acknowledge(request, sending);
    });
    const { box, change } = await startLiveBox({ portNumber: nas.portNumber });
    box.store.transaction((tx) => {
      for (let index = 10; index < 70; index++)
        startSession(tx, {
          ...{ nasId: NAS_ID, acctSessionId: `s-${index}`, mac: `02-00-5E-00-54-${index}` },
          ...{ at: tx.now, nasAddress: "127.0.0.1", policyId: POLICY_ID },
        });
    });
    change((next) => {
      const validUntil = "2026-03-01T02:00:00.000Z";
      next.policies = next.policies.map((policy) => ({ ...policy, validUntil }));
    });
    await vi.waitFor(() => expect(box.health().disconnects).toEqual({ acknowledged: 60 }), 20_000);
    await sleep(SEVERAL_LOOKS_MS);
    expect(nas.got).toHaveLength(60);
    expect(most).toBe(ORDERS_PER_NAS_MAX);
  });
});

describeWithPeer("freeradius", "FreeRADIUS in the place of the NAS", () => {
  test("part of MC-2.5: takes the order for a session whose bytes are used up", async () => {
    const portNumber = await startFreeradiusNas(
      SECRET,
      `&Acct-Session-Id == "s-1" && &Calling-Station-Id == "${MAC}" && &User-Name`,
    );
    const { box, connect, interim, listOpen } = await startLiveBox({
      portNumber,
      policy: dayQuota(null, 1000),
    });
    await connect("s-1");
    await interim("s-1", 1000);
    await vi.waitFor(() => expect(box.health().disconnects).toEqual({ acknowledged: 1 }), 20_000);
    expect(listOpen()[0]?.disconnect?.cause).toBe("volume-used-up");
  });
});
