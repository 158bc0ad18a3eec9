import { connect as connectTcp } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { MAC, NAS_ID } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { NAS_NAME, openRadsecNas, startRadsecBox } from "../../test/radsec-nas.ts";
import { report } from "../../test/report.ts";

const PATIENTLY = { timeout: 20_000 };
const anybody = { userName: "nobody", password: "x", mac: MAC };
/** Different ones, of 127.0.1.0 to 127.0.1.255. */
const addressesOf = (count: number) => Array.from({ length: count }, (_, at) => `127.0.1.${at}`);

/** Access points that have one name and one certificate unless said, at addresses of their own. */
async function openCrowd(more: { silentSeconds?: number } = {}) {
  const options = { statusPort: 0, startsAt: new Date() };
  const { box, certificates, radsecPort } = await startRadsecBox({}, more, options);
  const packets = await openTestNas("radsec");
  const issue = (common = NAS_NAME) => certificates.issue({ common });
  const shared = await issue();
  const connect = async (localAddress: string, certificate = Promise.resolve(shared)) => {
    const tcp = connectTcp({ port: radsecPort, host: "127.0.0.1", localAddress });
    const { certificate: cert, key } = await certificate;
    const nas = await openRadsecNas(radsecPort, certificates, {
      ...{ names: null, cert, key, socket: tcp },
    });
    return { nas, ask: () => nas.exchange(packets.pap(anybody)) };
  };
  type Connected = Awaited<ReturnType<typeof connect>>;
  /** In this order, some at once. */
  const connectFrom = async (addresses: readonly string[], issueOwn?: typeof issue) => {
    const opened: Connected[] = [];
    for (let at = 0; at < addresses.length; at += 32) {
      const some = addresses.slice(at, at + 32);
      opened.push(...(await Promise.all(some.map((each) => connect(each, issueOwn?.())))));
    }
    return opened;
  };
  const countCrowdedOut = () => box.health().nas[NAS_ID]?.drops["radsec-no-room"] ?? 0;
  const listWrong = async () => (await report(box)).wrong;
  return { connect, connectFrom, issue, countCrowdedOut, listWrong };
}

const listClosed = (opened: readonly { nas: { socket: { destroyed: boolean } } }[]) =>
  opened.flatMap(({ nas }, at) => (nas.socket.destroyed ? at : []));

test("256 connections of NAS stand at the most; one NAS that opens more loses its first ones, and keeps no other out", async () => {
  const { connect, connectFrom, issue, countCrowdedOut } = await openCrowd();
  const other = await connect("127.0.0.2");
  const greedy = await connectFrom(Array(255).fill("127.0.0.1"));
  await (await connect("127.0.0.9", issue("ap-9.test"))).nas.closed;
  expect(await greedy[0]?.ask()).not.toBeNull();
  expect(countCrowdedOut()).toBe(0);
  const late = await connect("127.0.0.3");
  await Promise.race(greedy.map(({ nas }) => nas.closed));
  expect(await other.ask()).not.toBeNull();
  expect(await late.ask()).not.toBeNull();
  expect(await (await connect("127.0.0.1")).ask()).not.toBeNull();
  await vi.waitFor(() => expect(listClosed(greedy)).toHaveLength(2), PATIENTLY);
  expect(countCrowdedOut()).toBe(2);
});

/** The first 32, which came first, are heard of once more than the others. */
const hear = (opened: readonly { ask: () => Promise<unknown> }[]) =>
  Promise.all(opened.slice(0, 32).map(({ ask }) => ask()));

test("one certificate at 256 addresses keeps no other NAS out, and loses who has been silent longest", async () => {
  const { connect, connectFrom, issue, countCrowdedOut } = await openCrowd();
  const crowd = await connectFrom(addressesOf(256));
  await hear(crowd);
  const other = await connect("127.0.0.2", issue());
  expect(await other.ask()).not.toBeNull();
  await vi.waitFor(() => expect(listClosed(crowd)).toHaveLength(1), PATIENTLY);
  expect(listClosed(crowd)[0]).toBeGreaterThanOrEqual(32);
  expect(countCrowdedOut()).toBe(1);
});

test("more living NAS under one certificate than there is room for take nobody's place, and are told of", async () => {
  const { connect, connectFrom, countCrowdedOut, listWrong } = await openCrowd();
  const living = await connectFrom(addressesOf(256));
  for (const each of ["127.0.0.2", "127.0.0.3", "127.0.0.2"])
    await (await connect(each)).nas.closed;
  await hear(living);
  expect(listClosed(living)).toEqual([]);
  expect(countCrowdedOut()).toBe(3);
  expect(await listWrong()).toContainEqual(
    expect.stringContaining("RadSec closed 3 connections of it"),
  );
});

test("a NAS at a new address takes a place under its certificate that was silent for long", async () => {
  const { connect, connectFrom, countCrowdedOut } = await openCrowd({ silentSeconds: 3 });
  const crowd = await connectFrom(addressesOf(256));
  await pause(3100);
  await hear(crowd);
  const moved = await connect("127.0.0.2");
  expect(await moved.ask()).not.toBeNull();
  await vi.waitFor(() => expect(listClosed(crowd)).toHaveLength(1), PATIENTLY);
  expect(listClosed(crowd)[0]).toBeGreaterThanOrEqual(32);
  expect(countCrowdedOut()).toBe(1);
});

test("where each of 256 NAS has one connection the next is turned away and told of, until one goes", async () => {
  const { connect, connectFrom, issue, countCrowdedOut, listWrong } = await openCrowd();
  const standing = await connectFrom(addressesOf(256), issue);
  const late = await connect("127.0.0.2", issue());
  await late.nas.closed;
  expect(countCrowdedOut()).toBe(1);
  expect(await listWrong()).toContainEqual(
    expect.stringContaining("RadSec closed 1 connection of it"),
  );
  expect(await standing[0]?.ask()).not.toBeNull();
  standing[0]?.nas.socket.destroy();
  // In a moment, when the server has seen that one go.
  await vi.waitFor(async () => {
    expect(await (await connect("127.0.0.2", issue())).ask()).not.toBeNull();
  }, PATIENTLY);
});

test("whoever opens connections without a certificate keeps no NAS out, and closes none that stands", async () => {
  const { certificates, radsecPort } = await startRadsecBox();
  const packets = await openTestNas("radsec");
  const standing = await openRadsecNas(radsecPort, certificates);
  const plain = Array.from({ length: 400 }, () => connectTcp(radsecPort, "127.0.0.1"));
  onTestFinished(() => {
    for (const socket of plain) socket.destroy();
  });
  const closed = new Set<unknown>();
  for (const socket of plain) socket.on("error", () => {}).on("close", () => closed.add(socket));
  await vi.waitFor(() => expect(closed.size).toBe(400 - 256), PATIENTLY);
  const late = await openRadsecNas(radsecPort, certificates);
  expect(await late.exchange(packets.pap(anybody))).not.toBeNull();
  expect(await standing.exchange(packets.pap(anybody))).not.toBeNull();
});
