import { setTimeout as pause } from "node:timers/promises";
import type { EventEnvelope } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { type Database, listRows, sql } from "../../platform/db.ts";
import { shareTransactions } from "./share.ts";
import { type Push, storePush } from "./store.ts";

// Two pushes of a box under way: the second is taken behind the first alone.

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

const starts = (count: number, from: TestBox = box) =>
  Array.from({ length: count }, (_, index) =>
    from.write("box.started", { release: "0.1.0", settingsVersion: index }),
  );

type Called = Pick<Push, "pushId" | "follows">;
const write = (events: readonly EventEnvelope[], called: Called, from = box): Push => ({
  ...{ epoch: from.epoch, events, ...called },
  outbox: { writtenThrough: 100, drainedThrough: 0 },
});
const push = (events: readonly EventEnvelope[], called: Called, from = box) =>
  storePush(cloud.database, from, write(events, called, from));

const listStored = () =>
  cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<{ id: string }>`
        select id from events where tenant_id = ${tenantId} order by position`,
    ),
  );
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);

test("a push is stored behind the one it follows, and nothing of it where that is not here", async () => {
  const [first, second] = [starts(3), starts(3)];
  const pushId = uuidv7();
  const early = await push(second, { follows: pushId });
  expect(early).toMatchObject({ acknowledged: [], setAside: [], outOfTurn: true });
  expect(await listStored()).toEqual([]);
  await push(first, { pushId });
  const later = await push(second, { follows: pushId });
  expect(later).not.toHaveProperty("outOfTurn");
  expect(later.acknowledged).toEqual([{ from: 4, to: 6, position: 4 }]);
});

test("of what was out of turn nothing is known: the push before it says less, and is no older copy", async () => {
  const [first, second] = [starts(3), starts(3)];
  await push(second, { follows: uuidv7() });
  const told = { writtenThrough: 3, drainedThrough: 0 };
  const reply = await storePush(cloud.database, box, {
    epoch: box.epoch,
    events: first,
    outbox: told,
  });
  expect(reply).not.toHaveProperty("epochEnded");
});

test("that the last event of a push is here, by another, does not put those that follow it in turn", async () => {
  const [one, two, three, four, live] = starts(5) as [
    ...[EventEnvelope, EventEnvelope, EventEnvelope, EventEnvelope, EventEnvelope],
  ];
  // Stored, and its answer lost; the agent is killed, and packs more beside the same live event.
  await push([one, live], { pushId: uuidv7() });
  const lost = uuidv7();
  expect(await push([four], { follows: lost })).toMatchObject({ outOfTurn: true });
  await push([one, two, three, live], { pushId: lost });
  await push([four], { follows: lost });
  expect(idsOf(await listStored())).toEqual(idsOf([one, live, two, three, four]));
});

test("a push is in turn behind one that is set aside, held before or empty, for that is all here", async () => {
  const [unread, again, next] = starts(3) as [EventEnvelope, EventEnvelope, EventEnvelope];
  const names = [uuidv7(), uuidv7(), uuidv7(), uuidv7()] as const;
  await push([again], {});
  await push([{ ...unread, payload: { odd: 1 } }], { pushId: names[0] });
  expect(await push([again], { pushId: names[1], follows: names[0] })).not.toHaveProperty(
    "outOfTurn",
  );
  expect(await push([], { pushId: names[2], follows: names[1] })).not.toHaveProperty("outOfTurn");
  expect(await push([next], { pushId: names[3], follows: names[2] })).not.toHaveProperty(
    "outOfTurn",
  );
  expect(idsOf(await listStored())).toEqual(idsOf([again, next]));
});

test("a push that the database takes event by event is here with the last of them", async () => {
  const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
  const [one, bad, two] = starts(3) as [EventEnvelope, EventEnvelope, EventEnvelope];
  const pushId = uuidv7();
  const mixed = [
    one,
    { ...bad, type: "box.dreamt", payload: { deep } } as unknown as EventEnvelope,
  ];
  expect(await push(mixed, { pushId })).toMatchObject({ setAside: [{ seq: 2 }] });
  expect(await push([two], { follows: pushId })).not.toHaveProperty("outOfTurn");
});

test("no push is in turn behind one of another box, of another life, or that ended its epoch", async () => {
  const pushId = uuidv7();
  const other = makeTestBox({ tenantId });
  await push(starts(1, other), { pushId }, other);
  const nextLife = makeTestBox({ tenantId, branchId: box.branchId, boxId: box.boxId });
  await push(starts(1, nextLife), { pushId }, nextLife);
  const mine = starts(2);
  expect(await push(mine, { follows: pushId })).toMatchObject({ outOfTurn: true });
  await push(mine, {});
  const impostors = starts(1, { ...box, ...makeTestBox(box) }).map((event) => ({
    ...event,
    epoch: box.epoch,
  }));
  const ended = uuidv7();
  expect(await push(impostors, { pushId: ended })).toMatchObject({
    epochEnded: { reason: "taken" },
  });
  expect(await push(starts(1), { follows: ended })).toMatchObject({ outOfTurn: true });
});

test("whatever comes first of many, none that is taken stands before the one it follows", async () => {
  const parts = Array.from({ length: 6 }, () => starts(4));
  const names = parts.map(() => uuidv7());
  const replies = await Promise.all(
    parts.map((part, at) =>
      push(part, { pushId: names[at] ?? "", ...(at > 0 ? { follows: names[at - 1] ?? "" } : {}) }),
    ),
  );
  const taken = parts.filter((_, at) => !replies[at]?.outOfTurn);
  expect(idsOf(await listStored())).toEqual(idsOf(parts.slice(0, taken.length).flat()));
});

test("a push that waits for the one it follows, in another process, sees it as it is committed", async () => {
  const [before, first, second] = [starts(1), starts(3), starts(3)];
  await push(before, {});
  const pushId = uuidv7();
  const [worked, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const appendInTenant: Database["appendInTenant"] = (tenant, work) =>
    cloud.database.appendInTenant(tenant, async (tx) => {
      const placing = await work(tx);
      worked.resolve();
      await mayCommit.promise;
      return placing;
    });
  const slow = shareTransactions({ ...cloud.database, appendInTenant });
  const sent = slow(box, write(first, { pushId }));
  await worked.promise;
  const behind = push(second, { follows: pushId });
  await awaitLock();
  mayCommit.resolve();
  expect(await behind).not.toHaveProperty("outOfTurn");
  await sent;
  expect(idsOf(await listStored())).toEqual(idsOf([...before, ...first, ...second]));
});

/** Until somebody waits for a row's lock. */
async function awaitLock(): Promise<void> {
  const isWaiting = () =>
    cloud.database.inTenant(tenantId, (tx) =>
      listRows(tx, sql`select pid from pg_locks where not granted`),
    );
  while ((await isWaiting()).length === 0) await pause(5);
}

test("a push that reaches a process before the one it follows is stored behind it", async () => {
  const [first, second] = [starts(3), starts(3)];
  const pushId = uuidv7();
  const store = shareTransactions(cloud.database);
  const behind = store(box, write(second, { follows: pushId }));
  await pause(60);
  await store(box, write(first, { pushId }));
  expect(await behind).not.toHaveProperty("outOfTurn");
  expect(idsOf(await listStored())).toEqual(idsOf([...first, ...second]));
});
