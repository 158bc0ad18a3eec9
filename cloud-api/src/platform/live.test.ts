import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cloudEvent } from "../../test/events.ts";
import { openTestCloud, type TestCloud } from "../../test/open-test-cloud.ts";
import { run, sql } from "./db.ts";
import { findPositions, type Live, openLive } from "./live.ts";
import { withClient } from "./roles.ts";

let cloud: TestCloud;
let live: Live;
const log = pino({ level: "silent" });
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(() => {
  live = openLive({ database: cloud.database, log });
});
afterEach(() => live.close());

const append = (tenantId: string) =>
  cloud.database.changeTenant(tenantId, async () => ({ result: null, events: [cloudEvent()] }));
/** Begins a watch and lets its first answer, which always counts as a move, pass. */
const watchQuietly = async (tenantId: string) => {
  await append(tenantId);
  const watch = live.watch(tenantId);
  expect(await watch.next({ milliseconds: 30_000 })).toBe("moved");
  return watch;
};

test("a watcher knows of a move by NOTIFY, before anybody asks", async () => {
  const tenantId = await cloud.addTenant();
  const listening = openLive({ database: cloud.database, log, pollMilliseconds: 60_000 });
  const watch = listening.watch(tenantId);
  // It listens in a moment: what was written before that nobody told.
  do await append(tenantId);
  while ((await watch.next({ milliseconds: 200 })) === "same");
  const before = watch.position();
  const waiting = watch.next({ milliseconds: 30_000 });
  await append(tenantId);
  expect(await waiting).toBe("moved");
  expect(watch.position()).toBe(before + 1);
  watch.close();
  await listening.close();
});

test("a move between two waits is not missed", async () => {
  const tenantId = await cloud.addTenant();
  const watch = await watchQuietly(tenantId);
  await append(tenantId);
  await expect.poll(() => watch.position()).toBe(2);
  expect(await watch.next({ milliseconds: 10 })).toBe("moved");
  expect(await watch.next({ milliseconds: 10 })).toBe("same");
  watch.close();
});

test("another tenant's move wakes nobody", async () => {
  const [mine, other] = [await cloud.addTenant(), await cloud.addTenant()];
  const watch = await watchQuietly(mine);
  const waiting = watch.next({ milliseconds: 1500 });
  await append(other);
  expect(await waiting).toBe("same");
  watch.close();
});

test("a watcher knows by asking where no NOTIFY reaches, as behind a pooler", async () => {
  const tenantId = await cloud.addTenant();
  const watch = await watchQuietly(tenantId);
  // What listens is cut off, and stays so for longer than this test takes.
  const cut = await withClient(cloud.administratorUrl, (client) =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'listen foyer_log'`),
  );
  expect(cut.rowCount).toBeGreaterThan(0);
  const waiting = watch.next({ milliseconds: 30_000 });
  await append(tenantId);
  expect(await waiting).toBe("moved");
  watch.close();
});

test("a wait that is given up ends at once", async () => {
  const tenantId = await cloud.addTenant();
  const watch = await watchQuietly(tenantId);
  const ending = new AbortController();
  const waiting = watch.next({ milliseconds: 60_000, signal: ending.signal });
  ending.abort();
  expect(await waiting).toBe("same");
  watch.close();
});

const follow = (tenantId: string, position: number) =>
  cloud.database.inTenant(tenantId, async (tx) => {
    await run(tx, sql`select directory.mark_log_done(${position})`);
  });

test("who waits for the features is told once all have followed, or after half a second without", async () => {
  const tenantId = await cloud.addTenant();
  await append(tenantId);
  await follow(tenantId, 1);
  const patient = openLive({ database: cloud.database, log, settleMilliseconds: 60_000 });
  const first = patient.watch(tenantId, { waitsForFeatures: true });
  await first.next({ milliseconds: 30_000 });
  let isFollowed = false;
  const told = first.next({ milliseconds: 30_000 }).then(() => isFollowed);
  await append(tenantId);
  await new Promise((resolve) => setTimeout(resolve, 100));
  isFollowed = true;
  await follow(tenantId, 2);
  expect(await told).toBe(true);
  await patient.close();

  const second = live.watch(tenantId, { waitsForFeatures: true });
  await second.next({ milliseconds: 30_000 });
  const from = performance.now();
  await append(tenantId);
  expect(await second.next({ milliseconds: 30_000 })).toBe("moved");
  expect(performance.now() - from).toBeGreaterThan(400);
  expect(second.position()).toBe(3);
  second.close();
});

test("what was reached when a watcher looked is no move, and what came after is one", async () => {
  const tenantId = await cloud.addTenant();
  await append(tenantId);
  const watch = live.watch(tenantId);
  watch.saw(await cloud.database.inTenant(tenantId, findPositions));
  expect(await watch.next({ milliseconds: 1500 })).toBe("same");
  const before = await cloud.database.inTenant(tenantId, findPositions);
  await append(tenantId);
  await expect.poll(() => watch.position()).toBe(2);
  watch.saw(before);
  expect(await watch.next({ milliseconds: 0 })).toBe("moved");
  watch.close();
});
