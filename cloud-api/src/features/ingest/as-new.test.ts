import type { EventEnvelope } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { listRows, sql } from "../../platform/db.ts";
import { preparePush, storePush, storeTogether } from "./store.ts";

// Pushes large enough to be tried as new first: they end as all others do.
const COUNT = 300;

let cloud: TestCloud;
let tenantId: string;
let box: TestBox;

beforeAll(async () => {
  cloud = await openTestCloud();
});
beforeEach(async () => {
  tenantId = await cloud.addTenant();
  box = makeTestBox({ tenantId });
});
afterAll(() => cloud?.close());

const push = (events: readonly EventEnvelope[], from: TestBox = box) =>
  storePush(cloud.database, from, {
    ...{ epoch: from.epoch, events },
    outbox: { writtenThrough: COUNT * 2, drainedThrough: 0 },
  });

const starts = (count: number, from: TestBox = box) =>
  Array.from({ length: count }, (_, index) =>
    from.write("box.started", { release: "0.1.0", settingsVersion: index }),
  );

type Stored = { id: string; position: number; boxId: string; branchId: string; seq: number };

const listStored = () =>
  cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<Stored>`
        select id, position, box_id as "boxId", branch_id as "branchId", seq
        from events where tenant_id = ${tenantId} order by position`,
    ),
  );

const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);

describe("a large push", () => {
  test("is stored at positions in its order, and acknowledged with them", async () => {
    const events = starts(COUNT);
    expect((await push(events)).acknowledged).toEqual([{ from: 1, to: COUNT, position: 1 }]);
    const stored = await listStored();
    expect(idsOf(stored)).toEqual(idsOf(events));
    expect(stored.map(({ position }) => position)).toEqual(stored.map((_, index) => index + 1));
  });

  test("that comes again is acknowledged where it stands, and stored once", async () => {
    const events = starts(COUNT);
    const first = await push(events);
    expect(await push(events)).toEqual(first);
    expect(await listStored()).toHaveLength(COUNT);
  });

  test("of which a part was held before adds the rest, behind it", async () => {
    const events = starts(COUNT);
    await push(events.slice(100, 150));
    expect((await push(events)).acknowledged).toEqual([
      { from: 1, to: 100, position: 51 },
      { from: 101, to: 150, position: 1 },
      { from: 151, to: COUNT, position: expect.any(Number) },
    ]);
    expect(new Set(idsOf(await listStored()))).toEqual(new Set(idsOf(events)));
  });

  test("that comes many times at once, in any overlap, is stored once", async () => {
    const events = starts(COUNT);
    const parts = [0, 40, 80, 120, 160, 0, 90].map((from) => events.slice(from, from + 140));
    await Promise.all([...parts, events].map((part) => push(part)));
    const stored = await listStored();
    expect(stored).toHaveLength(COUNT);
    expect(new Set(idsOf(stored))).toEqual(new Set(idsOf(events)));
  });

  test("that says an event twice stores it once", async () => {
    const events = starts(COUNT);
    await push([...events, ...events.slice(7, 9)]);
    expect(await listStored()).toHaveLength(COUNT);
  });

  test("with an event that the database refuses sets that one aside, and stores the rest", async () => {
    const events = starts(COUNT);
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    const bad = { ...events[9], type: "box.dreamt", payload: { deep } } as EventEnvelope;
    const reply = await push(events.map((event, index) => (index === 9 ? bad : event)));
    expect(reply.setAside.map(({ seq }) => seq)).toEqual([10]);
    expect(await listStored()).toHaveLength(COUNT - 1);
  });

  test("with the id of an event of the cloud's own is held where that one stands, and changes it not", async () => {
    const id = newId();
    const own = { id, type: "test.own", version: 1, occurredAt: new Date(), branchId: null };
    await cloud.database.changeTenant(tenantId, async () => ({
      result: null,
      events: [{ ...own, origin: null, payload: { mine: 1 }, personal: {} }],
    }));
    const events = starts(COUNT);
    await push(events.map((event, index) => (index === 5 ? { ...event, id } : event)));
    const stored = await listStored();
    expect(stored).toHaveLength(COUNT);
    expect(stored[0]).toMatchObject({ id, boxId: null, position: 1 });
  });
});

test("pushes of several boxes that share a transaction keep whose each event is", async () => {
  const boxes = [1, 2, 3].map(() => makeTestBox({ tenantId, branchId: uuidv7() }));
  const pushes = boxes.map((caller) => ({
    caller,
    push: { epoch: caller.epoch, events: starts(60, caller) },
  }));
  const store = () => {
    const prepared = pushes.map(({ caller, push: sent }) => preparePush(caller, sent));
    return storeTogether(cloud.database, tenantId, prepared);
  };
  const replies = await store();
  expect(replies.map(({ acknowledged }) => acknowledged)).toEqual([
    [{ from: 1, to: 60 }],
    [{ from: 1, to: 60 }],
    [{ from: 1, to: 60 }],
  ]);
  await store();
  const stored = await listStored();
  expect(stored).toHaveLength(180);
  for (const { caller, push: sent } of pushes) {
    const own = stored.filter(({ boxId }) => boxId === caller.boxId);
    expect(idsOf(own)).toEqual(idsOf(sent.events));
    expect(own.every(({ branchId }) => branchId === caller.branchId)).toBe(true);
    expect(own.map(({ seq }) => seq)).toEqual(sent.events.map(({ seq }) => seq));
  }
});
