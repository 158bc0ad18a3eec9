import type { EventEnvelope, OutboxState } from "@foyer/contract";
import { seededRandom } from "@foyer/contract/test/seeded-random";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { listRows, sql } from "../../platform/db.ts";
import { listGaps, listTwins } from "./gap-queries.ts";
import { storePush } from "./store.ts";

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

type Outbox = Partial<OutboxState>;

/** As a box of this release pushes: its newest seq is that of its last event, unless it is said. */
const push = (events: readonly EventEnvelope[], outbox: Outbox = {}, epoch = box.epoch) =>
  storePush(cloud.database, box, {
    ...{ epoch, events: events.map((event) => ({ ...event, epoch })) },
    outbox: {
      writtenThrough: Math.max(0, ...events.map(({ seq }) => seq)),
      drainedThrough: 0,
      ...outbox,
    },
  });

const starts = (count: number, from: TestBox = box) =>
  Array.from({ length: count }, (_, index) =>
    from.write("box.started", { release: "0.1.0", settingsVersion: index }),
  );

/** The same box by its key, with another store. */
function nextLife(): TestBox {
  const { branchId, boxId } = box;
  return makeTestBox({ tenantId, branchId, boxId });
}

const listStored = () =>
  cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<{ id: string; position: number }>`
        select id, position from events where tenant_id = ${tenantId} order by position`,
    ),
  );

const gaps = (openOnly = true) =>
  cloud.database.inTenant(tenantId, (tx) => listGaps(tx, { boxId: null, openOnly, limit: 200 }));
const twins = () =>
  cloud.database.inTenant(tenantId, (tx) => listTwins(tx, { boxId: null, seenSince: new Date(0) }));
const countUnread = () =>
  cloud.database.inTenant(tenantId, async (tx) => {
    const rows = await listRows(
      tx,
      sql`select id from set_aside_events where tenant_id = ${tenantId}`,
    );
    return rows.length;
  });

describe("an acknowledgement", () => {
  test("names where in the tenant's log the events stand, also when they come again", async () => {
    const events = starts(6);
    const [a, b, c, d, e, f] = events as [EventEnvelope, ...EventEnvelope[]] & EventEnvelope[];
    const later = await push([d, e, f] as EventEnvelope[]);
    expect(later.acknowledged).toEqual([{ from: 4, to: 6, position: 1 }]);
    const sooner = await push([a, b, c] as EventEnvelope[], { writtenThrough: 6 });
    expect(sooner.acknowledged).toEqual([{ from: 1, to: 3, position: 4 }]);
    const again = await push(events);
    expect(again.acknowledged).toEqual([
      { from: 1, to: 3, position: 4 },
      { from: 4, to: 6, position: 1 },
    ]);
    expect((await listStored()).map(({ id }) => id)).toEqual(
      [d, e, f, a, b, c].map((each) => each?.id),
    );
  });

  test("tells a box that can say how its outbox stands what the cloud takes, and no other", async () => {
    const [event] = starts(1) as [EventEnvelope];
    expect(await push([event])).toMatchObject({ terms: { encodings: ["gzip", "zstd"] } });
    const older = await storePush(cloud.database, box, { epoch: box.epoch, events: [event] });
    expect(older).toEqual({ epoch: box.epoch, acknowledged: [{ from: 1, to: 1 }], setAside: [] });
  });

  test("of what is set aside names no position", async () => {
    const [good, bad] = starts(2) as [EventEnvelope, EventEnvelope];
    const reply = await push([good, { ...bad, payload: { odd: 1 } }]);
    expect(reply.acknowledged).toEqual([
      { from: 1, to: 1, position: 1 },
      { from: 2, to: 2 },
    ]);
  });
});

describe("a store that was restored from a copy", () => {
  test("is told that its epoch has ended, and nothing is stored or set aside", async () => {
    await push(starts(10));
    const copy = starts(3).map((event, index) => ({ ...event, seq: 4 + index }));
    const reply = await push(copy);
    expect(reply).toMatchObject({
      ...{ acknowledged: [], setAside: [] },
      epochEnded: { reason: "behind", knownThrough: 10 },
    });
    expect(await listStored()).toHaveLength(10);
    expect(await countUnread()).toBe(0);
  });

  test("that has written more than the lost life is found out by its events", async () => {
    await push(starts(5));
    const copy = starts(8).map((event, index) => ({ ...event, seq: 3 + index }));
    const reply = await push(copy);
    // What stood under seqs that were free is held: only the others have to come again.
    expect(reply.epochEnded).toEqual({ reason: "taken", knownThrough: 5 });
    expect(reply.acknowledged).toEqual([{ from: 6, to: 10, position: 6 }]);
    expect(reply.setAside).toEqual([]);
    expect(await countUnread()).toBe(0);
  });

  test("sends what is left in a new epoch: nothing is lost, doubled or missed", async () => {
    const life = starts(10);
    await push(life, { drainedThrough: 0 });
    // Yesterday's copy holds 6 to 8 still, and has written three others since.
    const unsent = [
      ...life.slice(5, 8),
      ...starts(3).map((each, at) => ({ ...each, seq: 9 + at })),
    ];
    expect(await push(unsent)).toMatchObject({ epochEnded: { reason: "taken" } });
    const epoch = uuidv7();
    const vacant = [{ from: 1, to: 5 }];
    const left = unsent.filter(({ seq }) => seq < 11);
    const reply = await push(left, { writtenThrough: 11, vacant }, epoch);
    expect(reply.acknowledged.at(0)).toEqual({ from: 6, to: 8, position: 6 });
    const done = { writtenThrough: 11, drainedThrough: 10 };
    expect(await push([], done, epoch)).toMatchObject({ acknowledged: [] });
    expect(await listStored()).toHaveLength(13);
    expect(await gaps()).toEqual([]);
    expect(await countUnread()).toBe(0);
  });

  test("of a release that cannot begin a new epoch has its events set aside, as before", async () => {
    const [first] = starts(1) as [EventEnvelope];
    await push([first]);
    const older = { epoch: box.epoch, events: [{ ...first, id: uuidv7() }] };
    const reply = await storePush(cloud.database, box, older);
    expect(reply.setAside).toEqual([{ seq: 1, reason: expect.stringContaining("another event") }]);
  });
});

describe("two stores under one box's name", () => {
  test("are noticed once the older life goes on beside the newer", async () => {
    const copy = nextLife();
    await push(starts(3));
    await push(starts(3, copy), {}, copy.epoch);
    expect(await twins()).toEqual([]);
    cloud.passSeconds(61);
    expect(await push(starts(1))).toMatchObject({ hasTwin: true });
    const [twin] = await twins();
    expect(twin).toMatchObject({ boxId: box.boxId });
    expect(await listStored()).toHaveLength(7);
  });

  test("are not taken for two where the older life is over, or a push of it straggled", async () => {
    const next = nextLife();
    await push(starts(2));
    await push(starts(2, next), {}, next.epoch);
    await push(starts(1));
    cloud.passSeconds(3600);
    await push(starts(1, next), {}, next.epoch);
    expect(await twins()).toEqual([]);
  });
});

describe("a gap", () => {
  test("is an alarm with its range once the box has nothing left of it, closed when it is filled", async () => {
    const events = starts(10);
    await push([...events.slice(0, 3), ...events.slice(7)]);
    expect(await gaps()).toEqual([]);
    await push([], { writtenThrough: 10, drainedThrough: 10 });
    expect(await gaps()).toMatchObject([
      { boxId: box.boxId, epoch: box.epoch, from: 4, to: 7, missing: 4, filledAt: null },
    ]);
    await push(events.slice(4, 6), { writtenThrough: 10, drainedThrough: 10 });
    expect(await gaps()).toMatchObject([{ from: 4, to: 7, missing: 2 }]);
    await push(events.slice(3, 7), { writtenThrough: 10, drainedThrough: 10 });
    expect(await gaps()).toEqual([]);
    expect(await gaps(false)).toMatchObject([{ from: 4, to: 7, missing: 0 }]);
  });

  test("is raised once, however often the box says so", async () => {
    const events = starts(4);
    const drained = { writtenThrough: 4, drainedThrough: 4 };
    await push(events.slice(2));
    await Promise.all([1, 2, 3, 4].map(() => push([], drained)));
    expect(await gaps()).toMatchObject([{ from: 1, to: 2 }]);
  });

  test("is none where events were set aside, held before, or never were", async () => {
    const [one, two, three, ...rest] = starts(6) as [EventEnvelope, ...EventEnvelope[]];
    await push([one, two] as EventEnvelope[]);
    const epoch = uuidv7();
    const bad = { ...three, payload: { odd: 1 } } as EventEnvelope;
    await push([two, bad] as EventEnvelope[], { vacant: [{ from: 1, to: 1 }] }, epoch);
    await push(rest, { drainedThrough: 3 }, epoch);
    await push([], { writtenThrough: 6, drainedThrough: 6 }, epoch);
    expect(await gaps()).toEqual([]);
  });

  test("more ranges than an alarm is raised for are one alarm in the end", async () => {
    const events = starts(300);
    await push(events.filter(({ seq }) => seq % 2 === 0));
    await push([], { writtenThrough: 300, drainedThrough: 300 });
    const found = await gaps();
    expect(found).toHaveLength(101);
    expect(found.reduce((sum, { missing }) => sum + missing, 0)).toBe(150);
    await push(events);
    expect(await gaps()).toEqual([]);
  });

  test("of a cloud that was restored from a back-up is seen by what the box has forgotten since", async () => {
    await push(starts(5));
    const lost = starts(20);
    expect(lost).toHaveLength(20);
    const after = starts(2);
    await push(after, { drainedThrough: 25 });
    expect(await gaps()).toMatchObject([{ from: 6, to: 25, missing: 20 }]);
  });
});

test("whatever is lost, doubled or comes late, what is not alarmed is stored once", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.info(`seed ${seed}`);
  const random = seededRandom(seed);
  const events = starts(400);
  const never = new Set(events.filter(() => random() < 0.05).map(({ id }) => id));
  const pushes = Array.from({ length: 60 }, () => {
    const from = Math.floor(random() * events.length);
    return events.slice(from, from + Math.ceil(random() * 40));
  });
  pushes.push(events.slice(0, 200), events.slice(200));
  const state = { writtenThrough: 400, drainedThrough: 0 };
  await Promise.all(
    pushes.map((batch) =>
      push(
        batch.filter(({ id }) => !never.has(id)),
        state,
      ),
    ),
  );
  await push([], { writtenThrough: 400, drainedThrough: 400 });
  const stored = (await listStored()).map(({ id }) => id);
  expect(new Set(stored).size).toBe(stored.length);
  const alarmed = (await gaps()).flatMap(({ from, to }) => events.slice(from - 1, to));
  expect(new Set(alarmed.map(({ id }) => id))).toEqual(never);
  expect(new Set([...stored, ...never])).toEqual(new Set(events.map(({ id }) => id)));
});
