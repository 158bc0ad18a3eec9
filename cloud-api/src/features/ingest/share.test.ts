import type { EventEnvelope } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import type { Database } from "../../platform/db.ts";
import { listRows, sql } from "../../platform/db.ts";
import { shareTransactions } from "./share.ts";

const BOXES = 6;

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());

/** The cloud's database, and how many transactions of tenants it was asked for. */
function countTransactions(): { database: Database; count: () => number } {
  let count = 0;
  const appendInTenant: Database["appendInTenant"] = (tenantId, work) => {
    count += 1;
    return cloud.database.appendInTenant(tenantId, work);
  };
  return { database: { ...cloud.database, appendInTenant }, count: () => count };
}

const start = (box: TestBox) =>
  box.write("box.started", { release: "0.1.0", settingsVersion: 0 }) as EventEnvelope;

const listStored = (tenantId: string) =>
  cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<{ position: number; boxId: string }>`
        select position, box_id as "boxId" from events where tenant_id = ${tenantId}
        order by position`,
    ),
  );

test("pushes of one tenant that come while another is stored share one transaction", async () => {
  const tenantId = await cloud.addTenant();
  const { database, count } = countTransactions();
  const store = shareTransactions(database);
  const boxes = Array.from({ length: BOXES }, () => makeTestBox({ tenantId }));
  const replies = await Promise.all(
    boxes.map((box) => store(box, { epoch: box.epoch, events: [start(box), start(box)] })),
  );
  const acknowledged = [{ from: 1, to: 2 }];
  expect(replies).toEqual(boxes.map(({ epoch }) => ({ epoch, acknowledged, setAside: [] })));
  // The first begins at once, alone.
  expect(count()).toBe(2);
  const stored = await listStored(tenantId);
  expect(stored.map(({ position }) => position)).toEqual(
    Array.from({ length: 2 * BOXES }, (_, index) => index + 1),
  );
});

test("tenants do not wait for each other, and what is sent twice at once is stored once", async () => {
  const tenants = [await cloud.addTenant(), await cloud.addTenant()];
  const store = shareTransactions(cloud.database);
  const boxes = tenants.map((tenantId) => makeTestBox({ tenantId }));
  const pushes = boxes.map((box) => ({ box, push: { epoch: box.epoch, events: [start(box)] } }));
  const all = [...pushes, ...pushes, ...pushes].map(({ box, push }) => store(box, push));
  for (const reply of await Promise.all(all))
    expect(reply).toMatchObject({ acknowledged: [{ from: 1, to: 1 }], setAside: [] });
  for (const tenantId of tenants) expect(await listStored(tenantId)).toHaveLength(1);
});

test("of pushes that fail together each is stored alone, and only the bad event is set aside", async () => {
  const tenantId = await cloud.addTenant();
  const store = shareTransactions(cloud.database);
  const boxes = Array.from({ length: BOXES }, () => makeTestBox({ tenantId }));
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const replies = await Promise.all(
    boxes.map((box, index) => {
      const bad = { ...start(box), type: "box.dreamt", payload: { deep } };
      return store(box, { epoch: box.epoch, events: index === 3 ? [bad] : [start(box)] });
    }),
  );
  expect(replies.map(({ setAside }) => setAside.length)).toEqual([0, 0, 0, 1, 0, 0]);
  expect(new Set((await listStored(tenantId)).map(({ boxId }) => boxId)).size).toBe(BOXES - 1);
});

test("a push that cannot be stored at all fails for itself, and those after it are stored", async () => {
  const tenantId = await cloud.addTenant();
  const box = makeTestBox({ tenantId });
  let isDown = true;
  const appendInTenant: Database["appendInTenant"] = (id, work) =>
    isDown ? Promise.reject(new Error("no connection")) : cloud.database.appendInTenant(id, work);
  const store = shareTransactions({ ...cloud.database, appendInTenant });
  const push = () => store(box, { epoch: box.epoch, events: [start(box)] });
  const failed = await Promise.allSettled([push(), push(), push()]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  isDown = false;
  expect((await push()).acknowledged).toEqual([{ from: 4, to: 4 }]);
});

/** Pushes of a box, each of which follows the one before, that wait together behind one of another box. */
function pushInTurn(tenantId: string, database: Database) {
  const store = shareTransactions(database);
  const [other, box] = [makeTestBox({ tenantId }), makeTestBox({ tenantId })];
  const events = [start(box), start(box), start(box)];
  const push = (event: EventEnvelope, at: number) => {
    const before = events[at - 1];
    const outbox = { writtenThrough: 3, drainedThrough: 0 };
    const follows = before ? { follows: before.id } : {};
    return store(box, { epoch: box.epoch, events: [event], outbox, ...follows });
  };
  const first = store(other, { epoch: other.epoch, events: [start(other)] });
  return { box, pushes: Promise.allSettled([first, ...events.map(push)]) };
}

test("pushes of a box that follow each other are stored in their turn, sharing a transaction or not", async () => {
  const tenantId = await cloud.addTenant();
  const { database, count } = countTransactions();
  const { box, pushes } = pushInTurn(tenantId, database);
  const [, ...replies] = await pushes;
  expect(count()).toBe(2);
  expect(replies).toEqual(
    [1, 2, 3].map((seq) => ({
      status: "fulfilled",
      value: expect.objectContaining({
        ...{ epoch: box.epoch, acknowledged: [{ from: seq, to: seq, position: seq + 1 }] },
      }),
    })),
  );
});

test("where a push fails those that follow it are out of turn, and none of them is stored", async () => {
  const tenantId = await cloud.addTenant();
  let asked = 0;
  // The first is the other box's, the second all three together, the third the first of them alone.
  const appendInTenant: Database["appendInTenant"] = (id, work) => {
    asked += 1;
    return asked === 2 || asked === 3
      ? Promise.reject(new Error("no connection"))
      : cloud.database.appendInTenant(id, work);
  };
  const [, failed, ...behind] = await pushInTurn(tenantId, { ...cloud.database, appendInTenant })
    .pushes;
  expect(failed).toMatchObject({ status: "rejected" });
  for (const each of behind)
    expect(each).toMatchObject({ value: { acknowledged: [], outOfTurn: true } });
  expect(await listStored(tenantId)).toHaveLength(1);
});

test("what is beyond what can wait is sent back with the word when to come again, and the rest stored", async () => {
  const tenantId = await cloud.addTenant();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const appendInTenant: Database["appendInTenant"] = async (id, work) => {
    await held;
    return await cloud.database.appendInTenant(id, work);
  };
  const store = shareTransactions({ ...cloud.database, appendInTenant });
  const box = makeTestBox({ tenantId });
  const push = () =>
    store(box, { epoch: box.epoch, events: Array.from({ length: 2000 }, () => start(box)) });
  const waiting = Array.from({ length: 24 }, push);
  const answers = Promise.allSettled(waiting);
  await expect(push()).rejects.toMatchObject({ refusal: { code: "busy", retryAfterSeconds: 2 } });
  release();
  const kinds = (await answers).map(({ status }) => status);
  expect(kinds.slice(0, 20).every((status) => status === "fulfilled")).toBe(true);
  expect(kinds.at(-1)).toBe("rejected");
  expect((await push()).acknowledged).toHaveLength(1);
});
