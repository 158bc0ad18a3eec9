import { randomUUID } from "node:crypto";
import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BranchStore,
  findEpoch,
  findOutboxState,
  openBranchStore,
  STORE_FILE,
} from "@foyer/branch-store";
import { type EventEnvelope, toSeqRanges } from "@foyer/contract";
import { afterEach, describe, expect, test } from "vitest";
import {
  BOX_KEY,
  countBacklog,
  makeBox,
  type TestBox,
  waitUntil,
  writeArrival,
  writeBacklog,
  writeEvents,
} from "../test/box.ts";
import {
  type CloudDouble,
  type CloudDoubleOptions,
  startCloudDouble,
  TERMS,
} from "../test/cloud-double.ts";
import { type SyncAgent, startSyncAgent } from "./agent.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function box(): TestBox {
  const made = makeBox();
  cleanUps.push(made.remove);
  return made;
}

async function cloud(options: Partial<CloudDoubleOptions> = {}): Promise<CloudDouble> {
  const double = await startCloudDouble({ boxKey: BOX_KEY, terms: TERMS, ...options });
  cleanUps.push(double.close);
  return double;
}

type Agent = { store: BranchStore; identity: TestBox["identity"] };

async function agent({ store, identity }: Agent, origin: string): Promise<SyncAgent> {
  const started = await startSyncAgent({
    ...{ store, identity: { ...identity, cloudUrl: origin }, boxKey: BOX_KEY },
    ...{ logLevel: "silent", random: () => 0.01 },
  });
  cleanUps.push(started.close);
  return started;
}

/** Yesterday's copy of a box's store, opened. */
function copyStore({ folder, identity }: TestBox): Agent {
  const target = mkdtempSync(join(tmpdir(), "foyer-copy-"));
  for (const suffix of ["", "-wal"])
    copyFileSync(join(folder, STORE_FILE + suffix), join(target, STORE_FILE + suffix));
  cpSync(join(folder, "store-key"), join(target, "store-key"), { recursive: true });
  const store = openBranchStore({ folder: target, identity, clock: () => new Date() });
  cleanUps.push(() => {
    store.close();
    rmSync(target, { recursive: true, force: true });
  });
  return { store, identity };
}

const isOf =
  (guestId: string) =>
  ({ payload }: EventEnvelope) =>
    payload.guestId === guestId;

describe("live events", () => {
  test("overtake most of 100,000 that wait, while those go on", {
    timeout: 180_000,
  }, async () => {
    const here = box();
    const waiting = writeBacklog(here.store, 100_000);
    const gone = await startCloudDouble({ boxKey: BOX_KEY });
    await gone.close();
    const running = await agent(here, gone.origin);
    await waitUntil("the cut is noticed", () => running.status().push.failures > 6);
    const there = await cloud({ port: gone.port });
    await waitUntil("the backlog has begun", () => there.stored.length > 0);
    // How soon they are there is a figure: see `pnpm bench backlog`.
    const overtaken: number[] = [];
    const moved: number[] = [];
    while (overtaken.length < 5 && countBacklog(here.store) > 20_000) {
      const [guestId, before, behind] = [
        randomUUID(),
        there.stored.length,
        countBacklog(here.store),
      ];
      writeArrival(here.store, guestId);
      await waitUntil("they are there", () => there.stored.slice(before).some(isOf(guestId)));
      const place = there.stored.findIndex(isOf(guestId));
      const since = there.stored.slice(before, place).length;
      overtaken.push((behind - since) / behind);
      moved.push(there.stored.length - before);
    }
    expect(overtaken.length).toBeGreaterThan(0);
    expect(Math.min(...overtaken)).toBeGreaterThan(0);
    expect(Math.max(...overtaken)).toBeGreaterThan(0.5);
    expect(Math.min(...moved), "history goes on beside them").toBeGreaterThan(2);
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0, 90_000);
    const seqs = there.stored.map(({ seq }) => seq);
    expect(toSeqRanges(seqs)).toEqual([{ from: 1, to: seqs.length }]);
    const told = new Set(there.stored.map(({ payload }) => payload.guestId));
    expect(waiting.filter((guestId) => !told.has(guestId))).toEqual([]);
  });

  test("of a guest who has older ones waiting keep their place behind them", async () => {
    const [here, there] = [box(), await cloud({ terms: { ...TERMS, eventsMax: 500 } })];
    const waiting = writeBacklog(here.store, 30_000);
    const [regular] = waiting.slice(-1) as [string];
    await agent(here, there.origin);
    await waitUntil("the backlog has begun", () => there.stored.length > 500);
    const stranger = randomUUID();
    writeArrival(here.store, regular);
    writeArrival(here.store, stranger);
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0, 90_000);
    const place = (guestId: string) => there.stored.findIndex(isOf(guestId));
    expect(place(stranger)).toBeLessThan(place(regular));
    // Of nobody, guest or visit, does a younger event stand before an older one.
    const last = new Map<unknown, number>();
    for (const { seq, payload } of there.stored)
      for (const subject of [payload.guestId, payload.visitId].filter(Boolean)) {
        expect(seq).toBeGreaterThan(last.get(subject) ?? 0);
        last.set(subject, seq);
      }
  });

  test("keep the order of all where the cloud names no positions", async () => {
    const older = await startCloudDouble({ boxKey: BOX_KEY });
    cleanUps.push(older.close);
    const here = box();
    writeBacklog(here.store, 3000);
    await agent(here, older.origin);
    await waitUntil("the backlog has begun", () => older.stored.length > 0);
    writeArrival(here.store, randomUUID());
    await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
    const seqs = older.stored.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(older.batches.every(({ count, encoding }) => count <= 500 && encoding === "gzip")).toBe(
      true,
    );
  });
});

test("a cloud that tells what it takes is sent more at once, packed as it likes it", async () => {
  const [here, there] = [box(), await cloud()];
  writeBacklog(here.store, 12_000);
  await agent(here, there.origin);
  await waitUntil("the outbox is empty", () => countBacklog(here.store) === 0);
  expect(there.batches[0]).toMatchObject({ count: 500, encoding: "gzip" });
  expect(Math.max(...there.batches.map(({ count }) => count))).toBeGreaterThan(1500);
  expect(there.batches.at(-1)).toMatchObject({ encoding: "zstd" });
});

test("an idle box says through which seq nothing waits, once", async () => {
  const [here, there] = [box(), await cloud()];
  writeEvents(here.store, 3);
  await agent(here, there.origin);
  const told = () => there.batches.filter(({ count }) => count === 0);
  await waitUntil("it is told", () => told().length > 0);
  expect(told()[0]?.outbox).toEqual({ writtenThrough: 4, drainedThrough: 4 });
  // Commits that are no events are no news.
  here.store.transaction((tx) => tx.sql("update pull set codes_position = codes_position").run());
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(told()).toHaveLength(1);
});

describe("a store that was restored from yesterday's copy", () => {
  test("begins a new epoch by itself: nothing is lost or doubled", async () => {
    const [here, there] = [box(), await cloud()];
    writeEvents(here.store, 20);
    const copy = copyStore(here);
    const first = await agent(here, there.origin);
    await waitUntil("the first life has sent all", () => countBacklog(here.store) === 0);
    writeEvents(here.store, 30);
    await waitUntil("and more", () => countBacklog(here.store) === 0);
    await first.close();
    const [old, held] = [here.store.read(findEpoch), there.stored.map(({ id }) => id)];
    writeEvents(copy.store, 5);
    const after = await agent(copy, there.origin);
    await waitUntil("the copy has sent all", () => countBacklog(copy.store) === 0);
    expect(copy.store.read(findEpoch)).not.toBe(old);
    expect(after.status().push).toMatchObject({ state: "connected", setAside: 0 });
    const ids = there.stored.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    // The copy's own start and the five; the twenty it held still were there already.
    expect(ids.length).toBe(held.length + 6);
    await waitUntil("the seqs that are vacant are told", () => there.batches.at(-1)?.count === 0);
    expect(copy.store.read(findOutboxState)).toEqual({ writtenThrough: 26, drainedThrough: 26 });
  });

  test("and has written more than the life that was lost is found out by the events", async () => {
    const [here, there] = [box(), await cloud()];
    const copy = copyStore(here);
    const first = await agent(here, there.origin);
    writeEvents(here.store, 3);
    await waitUntil("the first life has sent all", () => countBacklog(here.store) === 0);
    await first.close();
    writeEvents(copy.store, 50);
    await agent(copy, there.origin);
    await waitUntil("the copy has sent all", () => countBacklog(copy.store) === 0);
    expect(there.stored).toHaveLength(4 + 51);
    expect(new Set(there.stored.map(({ epoch, seq }) => `${epoch} ${seq}`)).size).toBe(55);
  });
});

test("two boxes with one identity lose nothing to each other", async () => {
  const [here, there] = [box(), await cloud()];
  const twin = copyStore(here);
  await agent(here, there.origin);
  await agent(twin, there.origin);
  for (let round = 0; round < 20; round += 1) {
    writeEvents(here.store, 7);
    writeEvents(twin.store, 5);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await waitUntil(
    "both have sent all",
    () => countBacklog(here.store) + countBacklog(twin.store) === 0,
  );
  expect(there.stored).toHaveLength(20 * 12 + 2);
  expect(new Set(there.stored.map(({ id }) => id)).size).toBe(242);
});
