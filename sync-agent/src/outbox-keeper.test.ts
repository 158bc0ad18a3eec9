import { randomUUID } from "node:crypto";
import {
  appendEvent,
  applySettings,
  endSession,
  listUnsent,
  noteOutboxGrowth,
  openBranchStore,
  startSession,
  type Transaction,
  updateSession,
} from "@foyer/branch-store";
import { BATCH_EVENTS_MAX, type EventPayload, PUSHES_UNDER_WAY_MAX } from "@foyer/contract";
import pino from "pino";
import { expect, onTestFinished, test } from "vitest";
import { buildSettings, makeBox, writeEvents } from "../test/box.ts";
import { createOutboxKeeper } from "./outbox-keeper.ts";
import { openRightOfWay } from "./right-of-way.ts";

const HOUR = 3_600_000;
const FREE = 2 ** 40;
/** The oldest events, which may be on their way. */
const LEFT_ALONE = PUSHES_UNDER_WAY_MAX * BATCH_EVENTS_MAX;

/** A box whose clock is moved by hand, and a keeper of its outbox whose log is kept. */
const openKept = (options: { bytesMax: number; freeBytes?: number }) => {
  const box = makeBox();
  onTestFinished(box.remove);
  const time = { now: Date.parse("2026-03-01T02:00:00.000Z") };
  const clock = () => new Date(time.now);
  const store = openBranchStore({ folder: box.folder, identity: box.identity, clock });
  onTestFinished(store.close);
  store.transaction((tx) => applySettings(tx, buildSettings(box.identity, 1)));
  const logged: Record<string, unknown>[] = [];
  const logger = pino({}, { write: (line: string) => logged.push(JSON.parse(line)) });
  let heldMilliseconds = 0;
  /** By processor time: others of the machine take none of it. */
  const transaction = <T>(work: (tx: Transaction) => T): T => {
    const began = process.cpuUsage();
    const result = store.transaction(work);
    const { user, system } = process.cpuUsage(began);
    heldMilliseconds = Math.max(heldMilliseconds, (user + system) / 1000);
    return result;
  };
  const keeper = createOutboxKeeper({
    ...{ store: { ...store, transaction }, clock, logger, signal: new AbortController().signal },
    way: openRightOfWay(),
    listUnderWay: () => new Set(),
    bytesMax: options.bytesMax,
    readFreeBytes: async () => options.freeBytes ?? FREE,
  });
  const listEvents = (type: string) =>
    store
      .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1_000_000 }))
      .filter((each) => each.type === type);
  /** For how long at most the keeper kept all others from writing. */
  const longestHold = () => heldMilliseconds;
  return { ...{ box, store, keeper, time, logged, listEvents, longestHold } };
};

type Kept = ReturnType<typeof openKept>;

/** As many sessions, each with sixty interims, told by a NAS with the cloud cut off. */
const stay = ({ store, time }: Kept, sessions: number) => {
  for (let each = 0; each < sessions; each += 1)
    store.transaction((tx) => {
      const report = { nasId: randomUUID(), acctSessionId: randomUUID(), mac: "02-00-5E-00-53-02" };
      startSession(tx, { ...report, at: tx.now });
      for (let minute = 1; minute <= 60; minute += 1) {
        const connectedSeconds = minute * 60;
        const at = new Date(tx.now.getTime() + connectedSeconds * 1000);
        updateSession(tx, { ...report, at, connectedSeconds });
        if (minute === 60)
          endSession(tx, { ...report, at, connectedSeconds, cause: "User-Request" });
      }
      time.now += 3 * HOUR;
    });
};

test("an outbox above its bound is thinned to nine tenths of it, and every hole is named", async () => {
  const kept = openKept({ bytesMax: 1_500_000 });
  writeEvents(kept.store, LEFT_ALONE);
  stay(kept, 60);
  const before = kept.store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1_000_000 }));
  await kept.keeper.look();
  const { bytes, thinned, isStuck } = kept.keeper.status();
  expect(bytes).toBeLessThanOrEqual(1_500_000);
  expect(thinned).toBeGreaterThan(0);
  expect(isStuck).toBe(false);
  const left = kept.store.read((tx) => listUnsent(tx, { afterSeq: 0, limit: 1_000_000 }));
  const named = kept
    .listEvents("outbox.thinned")
    .flatMap(({ payload }) =>
      (payload as EventPayload<"outbox.thinned">).ranges.flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, at) => from + at),
      ),
    );
  const held = new Set(left.map(({ seq }) => seq));
  expect(named.toSorted((a, b) => a - b)).toEqual(
    before.map(({ seq }) => seq).filter((seq) => !held.has(seq)),
  );
  const lasting = ["visit.started", "session.started", "session.ended"];
  for (const type of lasting) expect(kept.listEvents(type), type).toHaveLength(60);
  expect(kept.logged.map(({ msg }) => msg)).toContain(
    "events were given up: the cloud is told which",
  );
});

test("where nothing may be given up it says so, keeps everything and goes on taking events", async () => {
  const kept = openKept({ bytesMax: 950_000 });
  writeEvents(kept.store, LEFT_ALONE + 1000);
  await kept.keeper.look();
  expect(kept.keeper.status().isStuck).toBe(false);
  kept.store.transaction((tx) => {
    for (let at = 0; at < 2000; at += 1)
      appendEvent(tx, "credential.revoked", { deviceId: randomUUID(), guestId: randomUUID() });
  });
  await kept.keeper.look();
  expect(kept.keeper.status().isStuck).toBe(true);
  expect(kept.listEvents("credential.revoked")).toHaveLength(2000);
  writeEvents(kept.store, 1);
  await kept.keeper.look();
  const told = kept.logged.filter(({ msg }) => String(msg).startsWith("what is left to send"));
  expect(told).toHaveLength(1);
});

test("a disk that is nearly full thins an outbox that is far from its bound", async () => {
  const kept = openKept({ bytesMax: 1e9, freeBytes: 63 * 1024 * 1024 });
  writeEvents(kept.store, LEFT_ALONE);
  stay(kept, 20);
  await kept.keeper.look();
  const reasons = kept.listEvents("outbox.thinned").map(({ payload }) => payload.reason);
  expect(new Set(reasons)).toEqual(new Set(["disk-full"]));
});

test("it is warned of days ahead, once, and told anew as it comes nearer", async () => {
  const kept = openKept({ bytesMax: 10_000_000 });
  writeEvents(kept.store, 2000);
  await kept.keeper.look();
  kept.time.now += 24 * HOUR;
  kept.store.transaction((tx) => noteOutboxGrowth(tx, 700_000));
  kept.time.now += 24 * HOUR;
  kept.store.transaction((tx) => noteOutboxGrowth(tx, 700_000));
  await kept.keeper.look();
  const days = kept.keeper.status().fullInDays ?? 0;
  expect(days).toBeGreaterThan(5);
  expect(days).toBeLessThan(7);
  await kept.keeper.look();
  const warned = kept.logged.filter(({ msg }) => String(msg).startsWith("the outbox is full in"));
  expect(warned).toMatchObject([{ level: 40, days: Math.round(days * 10) / 10 }]);
  kept.store.transaction((tx) => noteOutboxGrowth(tx, 40_000_000));
  await kept.keeper.look();
  expect(kept.logged.at(-1)).toMatchObject({ level: 50, msg: "the outbox is full within a day" });
});

test("portal and radius write all the while it is thinned, and none of them waits for long", async () => {
  const kept = openKept({ bytesMax: 600_000 });
  writeEvents(kept.store, LEFT_ALONE);
  stay(kept, 60);
  const { folder, identity } = kept.box;
  const other = openBranchStore({ folder, identity, clock: () => new Date(kept.time.now) });
  onTestFinished(other.close);
  let written = 0;
  const writing = setInterval(() => {
    writeEvents(other, 1);
    written += 1;
  }, 2);
  await kept.keeper.look().finally(() => clearInterval(writing));
  expect(kept.keeper.status().thinned).toBeGreaterThan(2000);
  expect(written).toBeGreaterThan(5);
  expect(kept.longestHold()).toBeLessThan(250);
});
