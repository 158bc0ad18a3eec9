import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { listDueDisconnects } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, SECRET, type TestBoxOptions } from "../../test/box.ts";
import { listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { openTestNas } from "../../test/nas.ts";
import { giveOrder } from "../../test/order.ts";
import { describeWithPeer } from "../../test/peers.ts";
import { NAS_NAME, openRadsecNas, type RadsecNas, startRadsecBox } from "../../test/radsec-nas.ts";
import { startRadsecproxy } from "../../test/radsecproxy.ts";
import { encodeRequest, isAuthenticatorRight, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";

const key = prepareSecret("radsec");
/** How long silence is waited for, where nothing but silence or what is no answer comes. */
const SOON: TestBoxOptions = { disconnectWaitSeconds: [1] };
/** The same where an answer has to come in time after it, of a machine that is busy with other things. */
const LATER: TestBoxOptions = { disconnectWaitSeconds: [4] };

const ack = (order: Packet, by = key) => replyTo(order, codes.disconnectAck, [], by);
const nak = (order: Packet, errorCause: number) =>
  replyTo(order, codes.disconnectNak, [attribute("Error-Cause", errorCause)], key);

/** A branch whose NAS comes by RadSec, and what it listens to by UDP besides. */
async function openBranch(
  byUdp: Parameters<typeof listenForDisconnects>[0] = (order) =>
    replyTo(order, codes.disconnectAck),
  options: TestBoxOptions = {},
) {
  const udp = await listenForDisconnects(byUdp);
  const { box, certificates, radsecPort } = await startRadsecBox(
    { disconnectPort: udp.portNumber },
    {},
    { commandSeconds: 0.01, disconnectWaitSeconds: [20], ...options },
  );
  box.issueTicketFor();
  let ordered = 0;
  const order = () => {
    ordered += 1;
    const id = `01990000-0000-7000-8000-0000000000c${ordered}`;
    giveOrder(box, { id, sessions: [`s-${ordered}`] });
  };
  /** How orders were taken, once all of them are carried out. */
  const outcomes = async () => {
    while (box.store.read(listDueDisconnects).length > 0) await sleep(5);
    return box.health().disconnects;
  };
  const connect = async (dns = NAS_NAME, localAddress = "127.0.0.1") => {
    const nas = await openRadsecNas(radsecPort, certificates, {
      ...{ localAddress, names: { common: "x", dns: [dns] } },
    });
    // The server's side is there once it has answered.
    const known = await nas.exchange(status());
    return { ...nas, isKnown: known !== null };
  };
  return { box, udp, order, outcomes, connect, certificates, radsecPort };
}

const status = () => {
  const query = { code: codes.statusServer, identifier: 200, authenticator: randomBytes(16) };
  return encodeRequest({ ...query, attributes: [], isSigned: true }, key);
};

/** The order that a NAS is given by its connection. */
async function takeOrder({ answers }: RadsecNas, at = 1): Promise<Packet> {
  while (answers.length <= at) await sleep(5);
  return answers[at] as Packet;
}

describe("RFC 6614 §2.5: an order to a NAS that comes by RadSec", () => {
  test("goes down its connection, under RadSec's secret, and its answer comes up by it", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    const nas = await connect();
    order();
    const asked = await takeOrder(nas);
    expect(asked.code).toBe(codes.disconnectRequest);
    expect(isAuthenticatorRight(asked, null, key)).toBe(true);
    expect(findValue(asked, "Acct-Session-Id")).toBe("s-1");
    nas.send(ack(asked));
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    expect(udp.got).toEqual([]);
    // The connection is as good as before for what the NAS asks.
    expect(await nas.exchange(status())).not.toBeNull();
  });

  test("is refused by it with its Error-Cause (RFC 5176 §3.5)", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    const nas = await connect();
    order();
    nas.send(nak(await takeOrder(nas), 503));
    expect(await outcomes()).toEqual({ "refused 503": 1 });
    expect(udp.got).toEqual([]);
  });

  test("goes down the connection that was opened last", async () => {
    const { order, outcomes, connect } = await openBranch();
    const old = await connect();
    const nas = await connect();
    order();
    nas.send(ack(await takeOrder(nas)));
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    expect(old.answers).toHaveLength(1);
  });

  test("is sent once: nothing is lost on a connection (RFC 6613 §2.6.1)", async () => {
    const { order, outcomes, connect } = await openBranch(undefined, {
      disconnectWaitSeconds: [0.05, 0.05, 20],
    });
    const nas = await connect();
    order();
    const asked = await takeOrder(nas);
    await sleep(300);
    expect(nas.answers).toHaveLength(2);
    nas.send(ack(asked));
    expect(await outcomes()).toEqual({ acknowledged: 1 });
  });
});

describe("an order of a session that was reported from 127.0.0.1, where others share the certificate", () => {
  const OTHER = "127.0.0.2";

  test("goes first to the connection from there, whichever was opened last", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    const nas = await connect();
    const other = await connect(NAS_NAME, OTHER);
    order();
    nas.send(nak(await takeOrder(nas), 503));
    expect(await outcomes()).toEqual({ "refused 503": 1 });
    expect(other.answers).toHaveLength(1);
    expect(udp.got).toEqual([]);
  });

  test.each([
    ["both from there", "127.0.0.1"],
    ["none from there", OTHER],
  ])("%s: the newer knows no such session, the older takes it", async (_, address) => {
    const { udp, order, outcomes, connect } = await openBranch();
    const older = await connect(NAS_NAME, address);
    const newer = await connect(NAS_NAME, address);
    order();
    newer.send(nak(await takeOrder(newer), 503));
    older.send(ack(await takeOrder(older)));
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    expect(udp.got).toEqual([]);
  });

  test("a silent connection hides no other one that lives", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    const older = await connect(NAS_NAME, OTHER);
    const silent = await connect();
    order();
    await takeOrder(silent);
    older.send(ack(await takeOrder(older)));
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    expect(udp.got).toEqual([]);
  });

  test("another's 503 is not final: by UDP its own access point takes it, and the other hears the next", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    const other = await connect(NAS_NAME, OTHER);
    for (const at of [1, 2]) {
      order();
      other.send(nak(await takeOrder(other, at), 503));
      expect(await outcomes()).toEqual({ acknowledged: at });
    }
    expect(udp.got).toHaveLength(2);
  });

  test.each([
    ["is, where each has said so and UDP is silent", 2, "refused 503"],
    ["is not, where one is silent", 1, "timed-out"],
  ])("503 of others %s", async (_, saying, outcome) => {
    const { order, outcomes, connect } = await openBranch(() => null, {
      disconnectWaitSeconds: [3],
    });
    const first = await connect(NAS_NAME, OTHER);
    const last = await connect(NAS_NAME, OTHER);
    order();
    for (const nas of [last, first].slice(0, saying)) nas.send(nak(await takeOrder(nas), 503));
    expect(await outcomes()).toEqual({ [outcome]: 1 });
    expect(first.answers).toHaveLength(2);
  });
});

describe("an order goes by UDP", () => {
  test("to a NAS that has no connection, or has it no more", async () => {
    const { udp, order, outcomes, connect } = await openBranch();
    order();
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    const nas = await connect();
    order();
    await takeOrder(nas);
    nas.socket.destroy();
    expect(await outcomes()).toEqual({ acknowledged: 2 });
    expect(udp.got).toHaveLength(2);
  });

  test.each([
    ["is silent", () => null],
    ["takes no orders so (Error-Cause 406)", (asked: Packet) => nak(asked, 406)],
    ["answers with a wrong authenticator", (asked: Packet) => ack(asked, prepareSecret("x"))],
    ["answers another order", (asked: Packet) => replyTo(asked, codes.coaAck, [], key)],
  ])("where the connection %s; the next one at once, until it connects anew", async (_, answer) => {
    const { udp, order, outcomes, connect } = await openBranch(undefined, LATER);
    const nas = await connect();
    order();
    const answered = answer(await takeOrder(nas));
    if (answered) nas.send(answered);
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    order();
    expect(await outcomes()).toEqual({ acknowledged: 2 });
    expect(udp.got).toHaveLength(2);
    expect(nas.answers).toHaveLength(2);
    const again = await connect();
    order();
    again.send(ack(await takeOrder(again)));
    expect(await outcomes()).toEqual({ acknowledged: 3 });
    expect(udp.got).toHaveLength(2);
  });

  test("and down the connection again where it is silent by UDP too", async () => {
    const { order, outcomes, connect } = await openBranch(() => null, LATER);
    const nas = await connect();
    order();
    await takeOrder(nas);
    expect(await outcomes()).toEqual({ "timed-out": 1 });
    order();
    nas.send(ack(await takeOrder(nas, 2)));
    expect(await outcomes()).toEqual({ "timed-out": 1, acknowledged: 1 });
  });
});

test("a connection of another name is given no order, and answers none", async () => {
  const { udp, order, outcomes, connect } = await openBranch(() => null, SOON);
  const other = await connect("ap-2.shop.test");
  expect(other.isKnown).toBe(false);
  order();
  expect(await outcomes()).toEqual({ "timed-out": 1 });
  expect(udp.got.length).toBeGreaterThan(0);
});

test("an order that a stop of the server interrupts stands for the next start", async () => {
  const { box, order, connect } = await openBranch(() => null);
  const nas = await connect();
  order();
  await takeOrder(nas);
  await box.close();
  expect(box.store.read(listDueDisconnects)).toHaveLength(1);
  expect(box.health().disconnects).toEqual({});
});

describeWithPeer("radsecproxy", "a real RadSec client that passes no orders on", () => {
  test("keeps its connection, and the NAS has them by UDP", async () => {
    const { udp, order, outcomes, certificates, radsecPort } = await openBranch(undefined, LATER);
    const proxy = await startRadsecproxy(radsecPort, SECRET, { certificates, name: NAS_NAME });
    const nas = await openTestNas();
    // The proxy takes a moment to listen and to connect, and says of neither.
    const anybody = nas.pap({ userName: "nobody", password: "x", mac: MAC });
    while (!(await nas.exchange(proxy, anybody, 500))) await sleep(20);
    order();
    expect(await outcomes()).toEqual({ acknowledged: 1 });
    expect(udp.got).toHaveLength(1);
  });
});
