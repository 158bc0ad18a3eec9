import { randomUUID } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { appendEvent, findSealingKey, keepSealingKey } from "@foyer/branch-store";
import {
  beginOpening,
  makeX25519,
  nameSealingKey,
  openSealedEvent,
  type PullReply,
  readX25519Private,
  SEALED_EVENTS,
  type SealingKey,
} from "@foyer/contract";
import { afterEach, expect, test } from "vitest";
import { BOX_KEY, countBacklog, makeBox, type TestBox, waitUntil } from "../test/box.ts";
import { startCloudDouble } from "../test/cloud-double.ts";
import { startSyncAgent } from "./agent.ts";
import { openRightOfWay } from "./right-of-way.ts";
import { chooseSealRest, sealBacklog } from "./seal-backlog.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const nothing: PullReply = { settings: null, knownGuests: null, commands: [] };
const made = makeX25519();
const key: SealingKey = { id: nameSealingKey(made.publicKey), publicKey: made.publicKey };

/** A cloud that tells a key to boxes that hold another one, and takes no event before it is let. */
async function connect(box: TestBox, told: SealingKey | null) {
  const state = { told, takes: false };
  const cloud = await startCloudDouble({
    boxKey: BOX_KEY,
    onPush: () => (state.takes ? "process" : { status: 503 }),
    onPull: (query) =>
      state.told && query.get("sealingKey") !== state.told.id
        ? { ...nothing, sealingKey: state.told }
        : null,
  });
  cleanUps.push(cloud.close);
  const identity = { ...box.identity, cloudUrl: cloud.origin };
  const agent = await startSyncAgent({
    ...{ store: box.store, identity, boxKey: BOX_KEY, logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(agent.close);
  return { state, cloud };
}

function makeTestBox(): TestBox {
  const box = makeBox();
  cleanUps.push(box.remove);
  return box;
}

const see = (box: TestBox, mac: string) =>
  box.store.transaction((tx) => {
    const place = { deviceId: randomUUID(), nasId: randomUUID() };
    appendEvent(tx, "device.seen", { ...place, mac, randomised: false, by: "portal" });
  });

const readRows = (box: TestBox) =>
  JSON.stringify(box.store.read((tx) => tx.sql("select payload, sealed from outbox").all()));

test("the cloud's key is kept, what waits is sealed to it, and so is what is written from then on", async () => {
  const box = makeTestBox();
  see(box, "00-00-5E-00-53-01");
  const { state, cloud } = await connect(box, key);
  await waitUntil("the key is kept and the backlog sealed", () => {
    const isKept = box.store.read(findSealingKey)?.id === key.id;
    return isKept && !readRows(box).includes("00-00-5E-00-53-01");
  });
  see(box, "00-00-5E-00-53-02");
  expect(readRows(box)).not.toContain("00-00-5E-00-53-02");
  state.takes = true;
  await waitUntil("both have left the box", () => countBacklog(box.store) === 0);
  // One that was on its way while it was sealed may arrive as it was.
  const macs = cloud.stored.map(({ payload }) => payload.mac);
  expect(macs).not.toContain("00-00-5E-00-53-02");
});

test("sealed events travel with what opens them at the cloud", async () => {
  const box = makeTestBox();
  const { state, cloud } = await connect(box, key);
  await waitUntil("the key is kept", () => box.store.read(findSealingKey)?.id === key.id);
  see(box, "00-00-5E-00-53-03");
  const [row] = box.store.read((tx) =>
    tx.sql("select id from outbox where type = 'device.seen'").all(),
  ) as { id: string }[];
  state.takes = true;
  const find = () => cloud.pushed.find(({ id }) => id === row?.id);
  await waitUntil("the event was pushed", () => find() !== undefined);
  const event = find();
  const recipient = readX25519Private(made.privateKey);
  const context = beginOpening(recipient, event?.sealed?.encapsulated ?? "", SEALED_EVENTS);
  expect(event && context && openSealedEvent(event, context)?.payload).toMatchObject({
    mac: "00-00-5E-00-53-03",
  });
});

test("a cloud that tells no key is sent its events in the open, as before", async () => {
  const box = makeTestBox();
  const { state, cloud } = await connect(box, null);
  state.takes = true;
  see(box, "00-00-5E-00-53-04");
  await waitUntil("the event has arrived", () =>
    cloud.stored.some(({ payload }) => payload.mac === "00-00-5E-00-53-04"),
  );
  expect(box.store.read(findSealingKey)).toBeNull();
});

test("what is no key is not taken, and asked about again with the next call", async () => {
  const box = makeTestBox();
  const { cloud } = await connect(box, { ...key, id: nameSealingKey(makeX25519().publicKey) });
  await waitUntil("it was told twice", () => cloud.pulls.length > 1);
  expect(box.store.read(findSealingKey)).toBeNull();
});

test("a long backlog is sealed beside the pulls, which do not wait for it", async () => {
  const box = makeTestBox();
  const place = { deviceId: randomUUID(), nasId: randomUUID(), randomised: false };
  box.store.transaction((tx) => {
    for (let seen = 0; seen < 20_000; seen += 1)
      appendEvent(tx, "device.seen", { ...place, mac: "02-00-00-00-00-01", by: "portal" });
  });
  const { cloud } = await connect(box, key);
  await waitUntil("it pulls again", () =>
    cloud.pulls.some((query) => query.get("sealingKey") === key.id),
  );
  const open = box.store.read((tx) =>
    tx
      .sql("select count(*) as events from outbox where sealed is null and type = 'device.seen'")
      .get(),
  );
  expect(open).not.toEqual({ events: 0 });
});

test("a backlog is sealed once it is read what may overtake it, and not before", async () => {
  const box = makeTestBox();
  const { store } = box;
  see(box, "02-00-00-00-00-01");
  store.transaction((tx) => keepSealingKey(tx, key));
  const [way, reading] = [openRightOfWay(), Promise.withResolvers<void>()];
  const held = way.hold(() => reading.promise);
  const sealing = sealBacklog({ store, signal: new AbortController().signal, way });
  await turn();
  expect(readRows(box)).toContain("02-00-00-00-00-01");
  reading.resolve();
  await Promise.all([held, sealing]);
  expect(readRows(box)).not.toContain("02-00-00-00-00-01");
});

test("sealing a backlog takes a fifth of the process that sends it, and leaves others to write", () => {
  expect(chooseSealRest(25)).toBe(100);
  expect(chooseSealRest(0.2)).toBe(5);
});
