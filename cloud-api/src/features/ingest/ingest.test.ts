import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EventEnvelope } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestCloud, type TestCloud } from "../../../test/open-test-cloud.ts";
import { makeTestBox, type TestBox } from "../../../test/test-box.ts";
import { listRows, sql } from "../../platform/db.ts";
import { listEvents } from "../../platform/events.ts";
import { storePush } from "./store.ts";

const FIXTURES = join(import.meta.dirname, "../../../../contract/fixtures/events");

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

const push = (events: readonly unknown[], from: TestBox = box) =>
  storePush(cloud.database, from, { epoch: from.epoch, events });

const starts = (count: number, from: TestBox = box) =>
  Array.from({ length: count }, (_, index) =>
    from.write("box.started", { release: "0.1.0", settingsVersion: index }),
  );

const storedIds = (tenant = tenantId) =>
  cloud.database.inTenant(tenant, async (tx) => {
    const ids = sql<{ id: string }>`
      select id from events where tenant_id = ${tenant} order by position`;
    return (await listRows(tx, ids)).map((row) => row.id);
  });

const setAsideRows = () =>
  cloud.database.inTenant(tenantId, (tx) =>
    listRows(
      tx,
      sql<{ seq: number | null; reason: string; body: string }>`
        select seq, reason, body from set_aside_events where tenant_id = ${tenantId} order by seq`,
    ),
  );

describe("the golden events of the contract", () => {
  const files = readdirSync(FIXTURES);
  const golden = files.map(
    (file) => JSON.parse(readFileSync(join(FIXTURES, file), "utf8")) as EventEnvelope,
  );

  test("there is one for every version of every event", () => {
    expect(golden.length).toBeGreaterThanOrEqual(15);
  });

  test.each(golden.map((event) => [`${event.type} v${event.version}`, event] as const))(
    "%s is stored, acknowledged, and read back as it was sent",
    async (_name, event) => {
      const { branchId, boxId, epoch } = event;
      const caller = { tenantId, branchId, boxId };
      const sent = { ...event, tenantId };
      const reply = await storePush(cloud.database, caller, { epoch, events: [sent] });
      expect(reply).toEqual({
        epoch,
        acknowledged: [{ from: event.seq, to: event.seq }],
        setAside: [],
      });
      const [read] = await cloud.database.inTenant(tenantId, (tx) =>
        listEvents(tx, { after: 0, upTo: 99, types: [event.type], limit: 9 }),
      );
      expect(read).toMatchObject({
        id: event.id,
        version: event.version,
        occurredAt: new Date(event.occurredAt),
        branchId,
        origin: { boxId, epoch, seq: event.seq },
        payload: event.payload,
      });
    },
  );

  test("what is personal in them is in no row of the log, only in the rows that can be erased", async () => {
    const { branchId, boxId, epoch } = golden[0] as EventEnvelope;
    const events = golden.map((event) => ({ ...event, tenantId }));
    await storePush(cloud.database, { tenantId, branchId, boxId }, { epoch, events });
    const [log, beside] = await cloud.database.inTenant(tenantId, async (tx) => [
      await listRows(tx, sql`select * from events where tenant_id = ${tenantId}`),
      await listRows(tx, sql`select * from event_personal where tenant_id = ${tenantId}`),
    ]);
    // A name, an address, a birthday, a number, a MAC, an IP, and the whole of an unknown version.
    const personal = /Nguyễn|thu@example|--02-29|\+849|([0-9A-F]{2}-){5}|192\.0\.2|2001:db8|Trần/;
    expect(JSON.stringify(log)).not.toMatch(personal);
    expect(JSON.stringify(beside)).toMatch(personal);
    expect(JSON.stringify(beside)).toContain("Trần Văn Thử");
  });
});

describe("events that come again", () => {
  test("a push whose answer was lost is acknowledged again and stored once", async () => {
    const events = starts(20);
    const first = await push(events);
    expect(await push(events)).toEqual(first);
    expect(first.acknowledged).toEqual([{ from: 1, to: 20 }]);
    expect(await storedIds()).toEqual(events.map(({ id }) => id));
  });

  test("the same batch pushed eight times at once is stored once", async () => {
    const events = starts(50);
    const replies = await Promise.all(Array.from({ length: 8 }, () => push(events)));
    for (const reply of replies) expect(reply.acknowledged).toEqual([{ from: 1, to: 50 }]);
    expect(await storedIds()).toEqual(events.map(({ id }) => id));
  });

  test("batches that overlap and come at once, in any order, are stored once each", async () => {
    const events = starts(100);
    const batches = [0, 10, 20, 30, 40, 50].map((from) => events.slice(from, from + 50).reverse());
    await Promise.all(batches.map((batch) => push(batch)));
    expect((await storedIds()).sort()).toEqual(events.map(({ id }) => id).sort());
    expect(await setAsideRows()).toEqual([]);
  });

  test("an event twice in one push is stored once", async () => {
    const [event] = starts(1);
    const reply = await push([event, event]);
    expect(reply.acknowledged).toEqual([{ from: 1, to: 1 }]);
    expect(await storedIds()).toEqual([event?.id]);
  });

  test("events of another epoch under the same seqs are others", async () => {
    const again = makeTestBox({ tenantId, branchId: box.branchId, boxId: box.boxId });
    const [old, fresh] = [starts(3), starts(3, again)];
    await push(old);
    await push(fresh, again);
    expect(await storedIds()).toEqual([...old, ...fresh].map(({ id }) => id));
  });

  test("a restored box that sends an event again under a new epoch does not double it", async () => {
    const [event] = starts(1) as [EventEnvelope];
    await push([event]);
    const epoch = uuidv7();
    const reply = await storePush(cloud.database, box, { epoch, events: [{ ...event, epoch }] });
    expect(reply).toMatchObject({ acknowledged: [{ from: 1, to: 1 }], setAside: [] });
    expect(await storedIds()).toEqual([event.id]);
  });
});

describe("what cannot be stored as it is", () => {
  test.each([
    ["tenantId", uuidv7()],
    ["branchId", uuidv7()],
    ["boxId", uuidv7()],
    ["epoch", uuidv7()],
  ] as const)(
    "an envelope whose %s is not the key's is set aside, and the others stored",
    async (key, value) => {
      const [good, bad, alsoGood] = starts(3) as [EventEnvelope, EventEnvelope, EventEnvelope];
      const reply = await push([good, { ...bad, [key]: value }, alsoGood]);
      expect(reply.acknowledged).toEqual([{ from: 1, to: 3 }]);
      expect(reply.setAside).toEqual([{ seq: 2, reason: expect.stringContaining(key) }]);
      expect(await storedIds()).toEqual([good.id, alsoGood.id]);
      expect(await setAsideRows()).toMatchObject([
        { seq: 2, body: expect.stringContaining(bad.id) },
      ]);
    },
  );

  test("an envelope that names another tenant leaves no trace in that tenant", async () => {
    const other = await cloud.addTenant("Other");
    const [event] = starts(1) as [EventEnvelope];
    await push([{ ...event, tenantId: other }]);
    expect(await storedIds(other)).toEqual([]);
  });

  test("what is no event at all holds up nothing, and is kept once", async () => {
    const [good] = starts(1) as [EventEnvelope];
    const rubbish = [7, null, "text", [], {}, { seq: 5 }, { ...good, seq: 9, payload: { odd: 1 } }];
    const events = [...rubbish, good];
    const reply = await push(events);
    await push(events);
    expect(reply.acknowledged).toEqual([
      { from: 1, to: 1 },
      { from: 5, to: 5 },
      { from: 9, to: 9 },
    ]);
    expect(reply.setAside.map(({ seq }) => seq)).toEqual([5, 9]);
    expect(await storedIds()).toEqual([good.id]);
    expect(await setAsideRows()).toHaveLength(rubbish.length);
  });

  test("a seq that was another event's is set aside, and the first keeps its place", async () => {
    const [first] = starts(1) as [EventEnvelope];
    await push([first]);
    const reply = await push([{ ...first, id: uuidv7() }]);
    expect(reply.setAside).toEqual([{ seq: 1, reason: expect.stringContaining("another event") }]);
    expect(await storedIds()).toEqual([first.id]);
  });

  test("an event that claims the id of another box's event is set aside", async () => {
    const other = makeTestBox({ tenantId });
    const [theirs] = starts(1, other) as [EventEnvelope];
    await push([theirs], other);
    const [mine] = starts(1) as [EventEnvelope];
    const reply = await push([{ ...mine, id: theirs.id }]);
    expect(reply.setAside).toHaveLength(1);
    expect(await storedIds()).toEqual([theirs.id]);
  });

  test("text that PostgreSQL cannot hold is mended, not refused", async () => {
    const { events } = box.signIn({ phone: "+84900000001", name: "La\u0000n \ud800" });
    const reply = await push(events);
    expect(reply.setAside).toEqual([]);
    const [read] = await cloud.database.inTenant(tenantId, (tx) =>
      listEvents(tx, { after: 0, upTo: 99, types: ["guest.registered"], limit: 9 }),
    );
    expect(read?.payload).toMatchObject({ details: { name: "La\ufffdn \ufffd" } });
  });

  test("an event the database refuses is set aside alone, and dams nothing", async () => {
    const [good, bad, alsoGood] = starts(3) as [EventEnvelope, EventEnvelope, EventEnvelope];
    const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
    const reply = await push([good, { ...bad, type: "box.dreamt", payload: { deep } }, alsoGood]);
    expect(reply.acknowledged).toEqual([{ from: 1, to: 3 }]);
    expect(reply.setAside).toEqual([
      { seq: 2, reason: expect.stringContaining("cannot be stored") },
    ]);
    expect(await storedIds()).toEqual([good.id, alsoGood.id]);
  });
});
